package dev.connie.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.race.RacePolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @ParameterizedTest
    @CsvSource({
        "example.com:443, example.com:443",
        "127.0.0.1:80, 127.0.0.1:80",
        "[::1]:8080, [::1]:8080",
        "[fe80::1%eth0]:22, [fe80::1%eth0]:22",
        "http://example.com, example.com:80",
        "https://example.com/a?b=c:d#e, example.com:443",
        "HTTPS://example.com:8443/, example.com:8443",
        "https://user:secret@example.com/, example.com:443",
        "http://[::1]:8080/, [::1]:8080",
        "http://[::1]/, [::1]:80",
    })
    void aTargetIsAHostAndPortOrAUrl(String argument, String target) {
        assertThat(Arguments.parse(argument).targets()).hasToString("[" + target + "]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "example.com         | 'example.com' is not host:port, such as example.com:443",
                "example.com:        | 'example.com:' is not host:port, such as example.com:443",
                ":443                | ':443' is not host:port, such as example.com:443",
                "example.com:http    | 'example.com:http' is not host:port, such as example.com:443",
                "example.com:-1      | 'example.com:-1' is not host:port, such as example.com:443",
                "::1                 | '::1' is not host:port; IPv6 is written [::1]:443",
                "[::1]               | '[::1]' is not host:port, such as example.com:443",
                "example.com:0       | the port in 'example.com:0' is not in 1 to 65535",
                "example.com:65536   | the port in 'example.com:65536' is not in 1 to 65535",
                "h:99999999999999999 | the port in 'h:99999999999999999' is not in 1 to 65535",
                "https://h:70000/    | the port in 'https://h:70000/' is not in 1 to 65535",
                "ftp://example.com/  | 'ftp://example.com/' is neither http nor https",
                "a/b://example.com   | 'a/b://example.com' is neither http nor https",
                "http:///index.html  | 'http:///index.html' names no host",
                "http://a b/         | 'http://a b/' is not a URL",
                "--polcy=all         | unknown option --polcy; --help lists them",
                "-p                  | unknown option -p; --help lists them",
                "--policy            | --policy needs a value",
                "--policy=fast       | unknown policy 'fast': it is all or rfc8305",
                "--timeout           | --timeout needs a value",
                "--timeout=5         | timeout '5' is not like 5s or 500ms",
                "--timeout=0s        | timeout '0s' is not like 5s or 500ms",
                "--timeout=-1s       | timeout '-1s' is not like 5s or 500ms",
            })
    void aWrongArgumentIsExplained(String argument, String message) {
        assertThatThrownBy(() -> Arguments.parse(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void withoutArgumentsTheDemonstrationRunsItsWay() {
        assertThat(Arguments.parse()).isEqualTo(Arguments.parse("--policy", "all"));
        assertThat(Arguments.parse().targets()).isEmpty();
        assertThat(Arguments.parse().timeout()).isNull();
        assertThat(Arguments.parse().help()).isFalse();
    }

    @Test
    void optionsMayStandAnywhereWithOrWithoutAnEqualsSign() {
        Arguments arguments = Arguments.parse("a:1", "--policy", "rfc8305", "b:2", "--timeout=500ms");

        assertThat(arguments.targets()).hasToString("[a:1, b:2]");
        assertThat(arguments.policy()).isEqualTo(RacePolicy.rfc8305());
        assertThat(arguments.timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(Arguments.parse("--timeout", "5s").timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(Arguments.parse("-h").help()).isTrue();
    }

    @Test
    void theHelpFitsIntoATerminalOf80ColumnsAndNamesEveryOption() {
        assertThat(Arguments.HELP.lines()).allMatch(line -> line.length() <= 80);
        assertThat(Arguments.HELP).contains("--policy all", "--policy rfc8305", "--timeout", "--help");
    }
}
