/**
 * A socket factory for MySQL Connector/J: {@link dev.connie.mysql.ConnieMySqlSocketFactory}.
 *
 * @since 0.1.0
 */
@NullMarked
package dev.connie.mysql;

import org.jspecify.annotations.NullMarked;
