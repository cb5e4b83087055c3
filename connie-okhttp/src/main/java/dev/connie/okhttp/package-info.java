/**
 * Races the connects of an {@code OkHttpClient}. {@link dev.connie.okhttp.ConnieOkHttp} is all there is to use.
 *
 * <p>Needs OkHttp 4.12 or newer. With Maven, OkHttp 5 is the artifact {@code okhttp-jvm}; the one named {@code okhttp}
 * holds no classes there.
 *
 * @since 0.1.0
 */
@NullMarked
package dev.connie.okhttp;

import org.jspecify.annotations.NullMarked;
