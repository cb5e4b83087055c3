package dev.connie.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.Map;

/**
 * How a contender looks, in all pictures alike: its name alone decides.
 *
 * <p>The colours are those of Okabe and Ito, which the colour-blind can tell apart. There are not enough of them for
 * every contender, so a client has one colour, and what races stands out by a thick line: a client with Connie is in
 * its client's own colour. Dashes tell lines apart where colour is lost.
 *
 * @param color of lines and bars
 * @param stroke of lines
 * @param races whether it is Connie's
 */
public record Palette(Color color, BasicStroke stroke, boolean races) {
    public static final Color INK = new Color(0x22, 0x22, 0x22);
    public static final Color FAINT_INK = new Color(0x66, 0x66, 0x66);
    public static final Color GRID = new Color(0xE4, 0xE4, 0xE4);
    public static final Color BLUE = new Color(0x00, 0x72, 0xB2);
    public static final Color GREY = new Color(0x8A, 0x8A, 0x8A);

    private static final Color SKY = new Color(0x56, 0xB4, 0xE9);
    private static final Color GREEN = new Color(0x00, 0x9E, 0x73);
    private static final Color ORANGE = new Color(0xE6, 0x9F, 0x00);
    public static final Color VERMILION = new Color(0xD5, 0x5E, 0x00);
    private static final Color PURPLE = new Color(0xCC, 0x79, 0xA7);

    private static final float[] SOLID = {};
    private static final float[] LONG = {12, 4};
    private static final float[] DASHED = {6, 3};
    private static final float[] SHORT = {4, 3};
    private static final float[] DASH_DOT = {9, 3, 2, 3};
    private static final float[] DOTTED = {1.5f, 3};

    private static final Map<String, Palette> KNOWN = Map.ofEntries(
            // Connie's, next to a plain socket, and in the simulator.
            Map.entry("Connie allAtOnce", racing(BLUE, SOLID)),
            Map.entry("Connie adaptive", racing(GREEN, SOLID)),
            Map.entry("Connie rfc8305", racing(SKY, LONG)),
            Map.entry("adaptive", racing(GREEN, SOLID)),
            // Those that do not race, and clients as they come.
            Map.entry("Socket first address", plain(ORANGE, DASHED)),
            Map.entry("Socket one after another", plain(VERMILION, SHORT)),
            Map.entry("Socket random (cached DNS)", plain(PURPLE, DASH_DOT)),
            Map.entry("allAtOnce", plain(BLUE, DASHED)),
            Map.entry("rfc8305", plain(VERMILION, SHORT)),
            Map.entry("rfc8305-100ms", plain(ORANGE, DASH_DOT)),
            Map.entry("oracle", plain(INK, DOTTED)),
            Map.entry("OkHttp", plain(GREEN, DASHED)),
            Map.entry("HttpClient", plain(VERMILION, SHORT)),
            Map.entry("HttpClient async", plain(PURPLE, DASH_DOT)),
            Map.entry("Socket", plain(BLUE, DASHED)),
            Map.entry("java.net.http", plain(ORANGE, DOTTED)));

    /** What is no contender, and has its own place and name in a picture. */
    public static Palette line(Color color, float width) {
        return new Palette(color, stroke(width, SOLID), false);
    }

    public static Palette of(String contender) {
        var known = KNOWN.get(contender);
        if (known != null) {
            return known;
        }
        var client = KNOWN.get(client(contender));
        Color color = client == null ? GREY : client.color;
        boolean races = contender.contains("Connie");
        float[] dashes = contender.endsWith("adaptive") ? DASH_DOT : contender.endsWith("rfc8305") ? LONG : SOLID;
        return races ? racing(color, dashes) : plain(color, DASHED);
    }

    /** The client that a contender is: {@code OkHttp} of {@code OkHttp + Connie}. */
    public static String client(String contender) {
        int plus = contender.indexOf(" + Connie");
        return plus < 0 ? contender : contender.substring(0, plus);
    }

    /** For areas: the full colour for what races, a tint for the rest. */
    public Color fill() {
        return races ? color : new Color(tint(color.getRed()), tint(color.getGreen()), tint(color.getBlue()));
    }

    private static int tint(int channel) {
        return 255 - (255 - channel) * 55 / 100;
    }

    private static Palette racing(Color color, float[] dashes) {
        return new Palette(color, stroke(3, dashes), true);
    }

    private static Palette plain(Color color, float[] dashes) {
        return new Palette(color, stroke(1.6f, dashes), false);
    }

    private static BasicStroke stroke(float width, float[] dashes) {
        return new BasicStroke(
                width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes.length == 0 ? null : dashes, 0);
    }
}
