/** Races the connects of an Apache HttpClient 5. */
// HttpClient and HttpCore are modules by their names only. The names have been the same since 5.0.
@SuppressWarnings({"module", "requires-automatic", "requires-transitive-automatic"})
module dev.connie.httpclient5 {
    requires static org.jspecify;
    requires transitive dev.connie;
    requires transitive org.apache.httpcomponents.client5.httpclient5;
    requires transitive org.apache.httpcomponents.core5.httpcore5;
    // What HttpClient requires from 5.5 on, and as such a module cannot say.
    requires jdk.net;

    exports dev.connie.httpclient5;
}
