/** Races the connects of an OkHttpClient. */
module dev.connie.okhttp {
    requires static org.jspecify;
    requires transitive dev.connie;
    requires transitive okhttp3;
    // OkHttp up to 5.1 is a module by its name only, and so cannot say what it requires.
    requires kotlin.stdlib;

    exports dev.connie.okhttp;
}
