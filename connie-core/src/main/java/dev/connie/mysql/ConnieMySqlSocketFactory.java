package dev.connie.mysql;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import dev.connie.RacingSocketFactory;
import java.net.Socket;

/**
 * Has MySQL Connector/J, which has a socket factory interface of its own, race its connects: {@code
 * jdbc:mysql://host/database?socketFactory=dev.connie.mysql.ConnieMySqlSocketFactory}. All else is the driver's: time limits,
 * socket options, TLS. It needs {@code com.mysql:mysql-connector-j}, which does not come with this library.
 *
 * <p>It races as {@link dev.connie.ConnieSocketFactory} does, and is set by the same system properties.
 */
// The driver is a module by its name only. See module-info.
@SuppressWarnings("exports")
public final class ConnieMySqlSocketFactory extends StandardSocketFactory {
    private final RacingSocketFactory sockets = RacingSocketFactory.getDefault();

    /** Made by the driver, one for each connection. */
    public ConnieMySqlSocketFactory() {}

    @Override
    protected Socket createSocket(PropertySet properties) {
        return sockets.createSocket();
    }
}
