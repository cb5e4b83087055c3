/**
 * Libraries that take a socket factory, each against a real server behind a name with a dead, a refusing and a live address.
 * Begin with {@link dev.connie.examples.servers.LibraryContract}, which says what is tested of each. What they are set to is in
 * {@code connie-core/docs/socket-factories.md}.
 */
package dev.connie.examples.servers;
