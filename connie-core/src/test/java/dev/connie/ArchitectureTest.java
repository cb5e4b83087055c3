package dev.connie;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.Date;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import org.junit.jupiter.api.Test;

/** The wall between the two rooms: what decides a race knows no clock, no socket and no thread. */
class ArchitectureTest {
    private static final String RACE = "dev.connie.race";

    private static final JavaClasses CONNIE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.connie");

    /** Values and collections: what it takes to compute with. */
    private static final DescribedPredicate<JavaClass> PURE = resideInAnyPackage(
                    RACE,
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.util",
                    "java.util.function",
                    "java.util.stream",
                    "org.jspecify.annotations")
            .or(belongToAnyOf(
                    Duration.class,
                    InetAddress.class,
                    Inet4Address.class,
                    Inet6Address.class,
                    InetSocketAddress.class,
                    ProtocolFamily.class,
                    StandardProtocolFamily.class,
                    IOException.class,
                    SocketTimeoutException.class))
            .as("values, collections, addresses and exceptions");

    /** Clocks, threads, chance and the world outside, though they are of java.lang and java.util. */
    private static final DescribedPredicate<JavaClass> IMPURE = belongToAnyOf(
                    System.class,
                    Thread.class,
                    ThreadLocal.class,
                    Runtime.class,
                    Process.class,
                    ProcessBuilder.class,
                    Timer.class,
                    TimerTask.class,
                    Date.class,
                    Random.class)
            .as("clocks, threads or chance");

    /** Methods of the address classes that ask a name server or the network. */
    private static final DescribedPredicate<AccessTarget> LOOK_UP = DescribedPredicate.describe(
            "look up a name or reach out",
            target -> target.getOwner().isAssignableTo(InetAddress.class)
                            && Set.of(
                                            "getByName",
                                            "getAllByName",
                                            "getLocalHost",
                                            "getHostName",
                                            "getCanonicalHostName",
                                            "isReachable")
                                    .contains(target.getName())
                    || target.getOwner().isEquivalentTo(InetSocketAddress.class)
                            && Set.of("<init>", "getHostName").contains(target.getName()));

    @Test
    void theRaceDependsOnNothingThatActs() {
        classes()
                .that(resideInAPackage(RACE))
                .should()
                .onlyDependOnClassesThat(PURE)
                .check(CONNIE);
    }

    @Test
    void theRaceKnowsNoClockNoThreadAndNoChance() {
        noClasses()
                .that(resideInAPackage(RACE))
                .should()
                .dependOnClassesThat(IMPURE)
                .check(CONNIE);
    }

    @Test
    void theRaceLooksUpNoNames() {
        noClasses()
                .that(resideInAPackage(RACE))
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        LOOK_UP.getDescription(), access -> LOOK_UP.test(access.getTarget())))
                .check(CONNIE);
    }

    @Test
    void theRaceDoesNotKnowWhoDrivesIt() {
        ArchRule rule =
                noClasses().that(resideInAPackage(RACE)).should().dependOnClassesThat(resideInAPackage("dev.connie"));
        rule.check(CONNIE);
    }

    @Test
    void theRulesSeeTheRace() {
        assertThat(CONNIE.contain(dev.connie.race.Race.class)).isTrue();
        assertThat(CONNIE.contain(Connector.class)).isTrue();
    }

    @Test
    void theRulesWouldFindAClockASocketAndAThread() {
        ArchRule pure = classes().should().onlyDependOnClassesThat(PURE);
        assertThat(pure.evaluate(new ClassFileImporter().importClasses(BlockingDriver.class))
                        .hasViolation())
                .isTrue();
        ArchRule noClock = noClasses().should().dependOnClassesThat(IMPURE);
        assertThat(noClock.evaluate(new ClassFileImporter().importClasses(Turn.class))
                        .hasViolation())
                .isTrue();
    }
}
