/** A socket factory for MySQL Connector/J: {@link dev.connie.mysql.ConnieMySqlSocketFactory}. */
@NullMarked
package dev.connie.mysql;

import org.jspecify.annotations.NullMarked;
