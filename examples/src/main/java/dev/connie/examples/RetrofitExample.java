package dev.connie.examples;

import dev.connie.okhttp.ConnieOkHttp;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Retrofit;
import retrofit2.http.GET;

/** Fetches a page with Retrofit, over OkHttp with Connie in it. */
public final class RetrofitExample {
    private RetrofitExample() {}

    interface Pages {
        @GET("/")
        Call<ResponseBody> page();
    }

    public static void main(String[] args) throws IOException {
        OkHttpClient client =
                ConnieOkHttp.create().install(new OkHttpClient.Builder()).build();
        Retrofit retrofit =
                new Retrofit.Builder().baseUrl(args[0]).client(client).build();
        ResponseBody page = retrofit.create(Pages.class).page().execute().body();
        System.out.println(page == null ? "no page" : page.string());
    }
}
