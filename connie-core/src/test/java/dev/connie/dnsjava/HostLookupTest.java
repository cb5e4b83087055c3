package dev.connie.dnsjava;

import static dev.connie.dnsjava.VirtualNames.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.xbill.DNS.Type.A;
import static org.xbill.DNS.Type.AAAA;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

/** What is asked and handed over when, in virtual time, with dnsjava above servers that are made up. */
class HostLookupTest {
    private static final String FOUR = "192.0.2.1";
    private static final String SIX = "2001:db8::1";

    private final VirtualNames names = names();

    @Nested
    @DisplayName("RFC 8305, section 3")
    class Section3 {
        @Test
        @DisplayName("Q2: both families are asked for back to back, AAAA first")
        void backToBack() {
            names.server("s").answers("a.test", AAAA, 10, SIX).answers("a.test", A, 10, FOUR);
            assertThat(names.lookUp("a.test"))
                    .containsExactly(
                            "0 s? AAAA a.test.",
                            "0 s? A a.test.",
                            "10 found " + SIX,
                            "10 found " + FOUR,
                            "10 ended",
                            "10 over");
        }

        @Test
        @DisplayName("Q4: AAAA is never answered: the race begins 50 ms after A")
        void aaaaNeverAnswered() {
            names.server("s").answers("a.test", A, 10, FOUR);
            assertThat(names.lookUp("a.test"))
                    .containsExactly(
                            "0 s? AAAA a.test.",
                            "0 s? A a.test.",
                            "60 found " + FOUR,
                            "400 s? AAAA a.test.",
                            "5000 ended",
                            "5000 over");
        }

        @Test
        @DisplayName("Q4: A is never answered: the race begins with AAAA")
        void aNeverAnswered() {
            names.server("s").answers("a.test", AAAA, 10, SIX);
            assertThat(names.lookUp("a.test"))
                    .containsExactly(
                            "0 s? AAAA a.test.",
                            "0 s? A a.test.",
                            "10 found " + SIX,
                            "400 s? A a.test.",
                            "5000 ended",
                            "5000 over");
        }

        @Test
        @DisplayName("Q7: AAAA in 500 ms joins late")
        void lateAaaa() {
            names.server("s").answers("a.test", A, 10, FOUR).answers("a.test", AAAA, 350, SIX);
            assertThat(names.lookUp("a.test"))
                    .containsExactly(
                            "0 s? AAAA a.test.",
                            "0 s? A a.test.",
                            "60 found " + FOUR,
                            "350 found " + SIX,
                            "350 ended",
                            "350 over");
        }

        @Test
        @DisplayName("Q5: SERVFAIL for AAAA ends the wait once the server has been asked twice")
        void servfailForAaaa() {
            names.server("s").answers("a.test", A, 10, FOUR).fails("a.test", AAAA, 8, Rcode.SERVFAIL);
            assertThat(names.lookUp("a.test"))
                    .containsExactly(
                            "0 s? AAAA a.test.",
                            "0 s? A a.test.",
                            "8 s? AAAA a.test.",
                            "16 found " + FOUR,
                            "16 ended",
                            "16 over");
        }
    }

    @Nested
    class OneLookUpForAll {
        @Test
        void whoComesMeanwhileGetsWhatIsThereAndWhatIsToCome() {
            names.server("s").answers("a.test", A, 10, FOUR).answers("a.test", AAAA, 350, SIX);
            names.begin("a.test", Duration.ZERO);
            assertThat(names.joinedAt(20, "second").joinedAt(100, "third").play())
                    .containsExactly(
                            "0 s? AAAA a.test.",
                            "0 s? A a.test.",
                            "60 found " + FOUR,
                            "60 second " + FOUR,
                            "100 third " + FOUR,
                            "350 found " + SIX,
                            "350 second " + SIX,
                            "350 third " + SIX,
                            "350 ended",
                            "350 ended",
                            "350 ended",
                            "350 over");
        }

        @Test
        void whoComesTooLateIsToldSo() {
            names.server("s").answers("a.test", A, 10, FOUR).answers("a.test", AAAA, 10);
            names.begin("a.test", Duration.ZERO);
            assertThat(names.joinedAt(20, "second").play()).contains("10 over", "20 second too late");
        }
    }

    @Nested
    class Servers {
        @Test
        void aLostDatagramIsSentAgainAfter400Ms() {
            names.server("s").answers("a.test", AAAA, 0, SIX).dies();
            names.begin("a.test", Duration.ZERO);
            names.after(
                    Duration.ofMillis(100).toNanos(), () -> names.server("s").revives());
            assertThat(names.play()).contains("400 s? AAAA a.test.", "400 found " + SIX);
        }

        @Test
        void aDeadFirstServerCosts400MsOnceAndNothingWhenWarm() {
            names.server("dead").dies();
            names.server("live")
                    .answers("a.test", AAAA, 10, SIX)
                    .answers("a.test", A, 10, FOUR)
                    .answers("b.test", AAAA, 10, SIX)
                    .answers("b.test", A, 10, FOUR);
            assertThat(names.lookUp("a.test"))
                    .containsExactly(
                            "0 dead? AAAA a.test.",
                            "0 dead? A a.test.",
                            "400 live? AAAA a.test.",
                            "400 live? A a.test.",
                            "410 found " + SIX,
                            "410 found " + FOUR,
                            "410 ended",
                            "410 over");
            assertThat(names.lookUp("b.test"))
                    .containsExactly(
                            "410 live? AAAA b.test.",
                            "410 live? A b.test.",
                            "420 found " + SIX,
                            "420 found " + FOUR,
                            "420 ended",
                            "420 over");
        }

        @Test
        void aDeadServerIsAskedBesideAnotherAfterAWhileAndIsFirstAgainWhenItAnswers() {
            names.server("dead").dies();
            names.server("live").answers("a.test", AAAA, 10, SIX).answers("a.test", A, 10, FOUR);
            names.lookUp("a.test");
            names.after(Duration.ofSeconds(11).toNanos(), () -> {});
            names.play();
            names.server("dead").revives().answers("a.test", AAAA, 5, SIX).answers("a.test", A, 5, FOUR);
            assertThat(names.lookUp("a.test"))
                    .containsSubsequence("11410 dead? AAAA a.test.", "11410 live? AAAA a.test.", "11415 found " + SIX);
            assertThat(names.lookUp("a.test")).noneMatch(event -> event.contains("live?"));
        }

        @Test
        void anAnswerThatComesAfterTheNextServerWasAskedCounts() {
            names.server("slow").answers("a.test", AAAA, 450, SIX).answers("a.test", A, 450, FOUR);
            names.server("silent").dies();
            assertThat(names.lookUp("a.test")).contains("450 found " + SIX);
        }

        @Test
        void aServerThatFailsIsFollowedByTheNextAtOnce() {
            names.server("bad").fails("a.test", AAAA, 5, Rcode.SERVFAIL).fails("a.test", A, 5, Rcode.REFUSED);
            names.server("good").answers("a.test", AAAA, 10, SIX).answers("a.test", A, 10, FOUR);
            assertThat(names.lookUp("a.test")).contains("5 good? AAAA a.test.", "5 good? A a.test.", "15 found " + SIX);
        }

        @Test
        void garbageIsFollowedByTheNextAtOnce() {
            names.server("bad").breaks("a.test", AAAA, 5).breaks("a.test", A, 5);
            names.server("good").answers("a.test", AAAA, 10, SIX).answers("a.test", A, 10, FOUR);
            assertThat(names.lookUp("a.test")).contains("15 found " + SIX);
        }

        @Test
        void whenAllFailTheErrorNamesHostAndServersAndReasons() {
            names.server("one").fails("a.test", AAAA, 5, Rcode.SERVFAIL).breaks("a.test", A, 5);
            names.server("two").dies();
            assertThat(names.lookUp("a.test"))
                    .contains(
                            "5000 failed a.test: no answer from a name server (192.0.2.101:53: invalid DNS header - too "
                                    + "short, 192.0.2.102:53: no answer; 192.0.2.101:53: SERVFAIL, 192.0.2.102:53: no answer)");
        }

        @Test
        void whoWaitsWaitsNoLongerThanItsOwnTimeout() {
            names.server("one").dies();
            assertThat(names.lookUp("a.test", Duration.ofMillis(300)))
                    .contains("300 failed a.test: no answer from 192.0.2.101:53 within 300 ms");
        }

        @Test
        void theTimeoutIsForTheFirstAddressOnly() {
            names.server("one").answers("a.test", A, 10, FOUR).answers("a.test", AAAA, 350, SIX);
            assertThat(names.lookUp("a.test", Duration.ofMillis(300)))
                    .contains("60 found " + FOUR, "350 found " + SIX, "350 ended")
                    .noneMatch(event -> event.contains("failed"));
        }

        @Test
        void aNameThatNobodyKnowsIsToldWithTheServer() {
            names.server("one").fails("a.test", AAAA, 5, Rcode.NXDOMAIN).fails("a.test", A, 7, Rcode.NXDOMAIN);
            assertThat(names.lookUp("a.test"))
                    .contains("7 failed a.test: no such host, or it has no address, says 192.0.2.101:53");
        }
    }

    @Nested
    class SearchDomains {
        @Test
        void areGoneThroughUntilOneKnowsTheName() {
            names.searching("x.test", "y.test")
                    .server("s")
                    .fails("db.x.test", AAAA, 5, Rcode.NXDOMAIN)
                    .fails("db.x.test", A, 5, Rcode.NXDOMAIN)
                    .answers("db.y.test", AAAA, 5)
                    .answers("db.y.test", A, 5, FOUR);
            assertThat(names.lookUp("db"))
                    .containsExactly(
                            "0 s? AAAA db.x.test.",
                            "0 s? A db.x.test.",
                            "5 s? AAAA db.y.test.",
                            "5 s? A db.y.test.",
                            "10 found " + FOUR,
                            "10 ended",
                            "10 over");
        }

        @Test
        void oneHostsAddressesAreNeverMixedWithAnothers() {
            names.searching("x.test", "y.test")
                    .server("s")
                    .answers("db.x.test", AAAA, 5)
                    .answers("db.x.test", A, 5, FOUR)
                    .answers("db.y.test", AAAA, 5, SIX)
                    .answers("db.y.test", A, 5, "192.0.2.2");
            assertThat(names.lookUp("db")).contains("5 found " + FOUR).noneMatch(event -> event.contains("db.y.test"));
        }

        @Test
        void aFailureEndsTheSearch() {
            names.searching("x.test")
                    .server("s")
                    .fails("db.x.test", AAAA, 5, Rcode.SERVFAIL)
                    .fails("db.x.test", A, 5, Rcode.SERVFAIL);
            assertThat(names.lookUp("db"))
                    .noneMatch(event -> event.endsWith("A db."))
                    .anyMatch(event -> event.contains("SERVFAIL"));
        }
    }

    @Nested
    @DisplayName("RFC 8767: stale answers")
    class Stale {
        private void askAndLoseTheServer() {
            names.server("s").answers("a.test", AAAA, 10, SIX).answers("a.test", A, 10, FOUR);
            names.lookUp("a.test");
            names.server("s").dies();
        }

        @Test
        void areUsedAfter1800Ms() {
            names.serveStale(Duration.ofHours(1));
            askAndLoseTheServer();
            assertThat(names.lookUp("a.test"))
                    .contains("1810 found " + SIX + " " + FOUR, "5010 ended")
                    .noneMatch(event -> event.contains("failed"));
        }

        @Test
        void areUsedAtOnceWhenTheServersHaveFailedForTheNameAShortWhileAgo() {
            names.serveStale(Duration.ofHours(1));
            askAndLoseTheServer();
            names.lookUp("a.test");
            assertThat(names.lookUp("a.test"))
                    .containsExactly("5010 found " + SIX + " " + FOUR, "5010 ended", "5010 over");
        }

        @Test
        void areNotUsedUnlessAskedFor() {
            askAndLoseTheServer();
            assertThat(names.lookUp("a.test")).anyMatch(event -> event.startsWith("5010 failed a.test"));
        }

        @Test
        void areNotUsedWhenTheyAreTooOld() {
            names.serveStale(Duration.ofMinutes(1));
            askAndLoseTheServer();
            names.after(Duration.ofMinutes(2).toNanos(), () -> {});
            names.play();
            assertThat(names.lookUp("a.test")).anyMatch(event -> event.contains(" failed a.test"));
        }

        @Test
        void areForgottenWhenTheNameIsNoMore() {
            names.serveStale(Duration.ofHours(1));
            askAndLoseTheServer();
            names.server("s").revives().fails("a.test", AAAA, 5, Rcode.NXDOMAIN).fails("a.test", A, 5, Rcode.NXDOMAIN);
            names.lookUp("a.test");
            names.server("s").dies();
            assertThat(names.lookUp("a.test")).anyMatch(event -> event.contains(" failed a.test"));
        }
    }

    @Nested
    class Caching {
        @Test
        void aHitAsksNobodyAndGivesBothFamiliesAtOnce() {
            names.caching().server("s").answers("a.test", AAAA, 10, SIX).answers("a.test", A, 10, FOUR);
            names.lookUp("a.test");
            assertThat(names.lookUp("a.test")).containsExactly("10 found " + SIX + " " + FOUR, "10 ended", "10 over");
        }

        @Test
        void thatThereIsNothingIsRememberedToo() {
            names.caching().server("s").fails("a.test", AAAA, 5, Rcode.NXDOMAIN).fails("a.test", A, 5, Rcode.NXDOMAIN);
            names.lookUp("a.test");
            assertThat(names.lookUp("a.test")).noneMatch(event -> event.contains("?"));
        }
    }
}
