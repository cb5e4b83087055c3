package dev.connie;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.lineup.LineupBook;
import dev.connie.internal.lineup.LineupConnect;
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
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rooms of the house, and which way the arrows between them run. */
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

    /** The public interfaces and exceptions that the inside serves, and may name. */
    private static final DescribedPredicate<JavaClass> SERVED = belongToAnyOf(
                    HostResolver.class,
                    HostResolver.Answers.class,
                    RaceListener.class,
                    ConnectRaceException.class,
                    ConnectRaceTimeoutException.class)
            .as("the interfaces and exceptions that are served");

    /** Who may know whom. Each room may use the race's types; names and observe stand beside drive. */
    private static final ArchRule ROOMS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("doors")
            .definedBy(
                    resideInAnyPackage("dev.connie", "dev.connie.dnsjava", "dev.connie.micrometer", "dev.connie.mysql")
                            .and(not(SERVED)))
            .layer("lineup")
            .definedBy("dev.connie.internal.lineup")
            .layer("socket")
            .definedBy("dev.connie.internal.socket")
            .layer("drive")
            .definedBy("dev.connie.internal.drive")
            .layer("names")
            .definedBy("dev.connie.internal.names")
            .layer("observe")
            .definedBy("dev.connie.internal.observe")
            .layer("race")
            .definedBy(RACE)
            .whereLayer("doors")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("lineup")
            .mayOnlyBeAccessedByLayers("doors")
            .whereLayer("socket")
            .mayOnlyBeAccessedByLayers("doors", "lineup")
            .whereLayer("drive")
            .mayOnlyBeAccessedByLayers("doors", "lineup", "socket")
            .whereLayer("names")
            .mayOnlyBeAccessedByLayers("doors", "lineup", "socket", "drive")
            .whereLayer("observe")
            .mayOnlyBeAccessedByLayers("doors", "lineup", "socket", "drive")
            .whereLayer("race")
            .mayOnlyBeAccessedByLayers("doors", "lineup", "socket", "drive", "names", "observe");

    private static final ArchRule NO_WAY_TO_A_DOOR = noClasses()
            .that(resideInAPackage("dev.connie.internal.."))
            .should()
            .dependOnClassesThat(resideInAPackage("dev.connie").and(not(SERVED)));

    /** Public and protected members of exported classes speak of exported types only. */
    private static final ArchRule NOTHING_INTERNAL_SHOWS = members()
            .that()
            .areDeclaredInClassesThat(resideInAnyPackage(
                            "dev.connie", RACE, "dev.connie.dnsjava", "dev.connie.micrometer", "dev.connie.mysql")
                    .and(describe(
                            "are public", javaClass -> javaClass.getModifiers().contains(JavaModifier.PUBLIC))))
            .and(describe(
                    "are public or protected",
                    member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                            || member.getModifiers().contains(JavaModifier.PROTECTED)))
            .should(notSpeakOfInternalTypes());

    private static ArchCondition<JavaMember> notSpeakOfInternalTypes() {
        return new ArchCondition<>("not speak of internal types") {
            @Override
            public void check(JavaMember member, ConditionEvents events) {
                Set<JavaClass> types = new HashSet<>();
                if (member instanceof JavaCodeUnit code) {
                    types.addAll(code.getReturnType().getAllInvolvedRawTypes());
                    code.getParameterTypes().forEach(type -> types.addAll(type.getAllInvolvedRawTypes()));
                } else if (member instanceof JavaField field) {
                    types.addAll(field.getType().getAllInvolvedRawTypes());
                }
                types.stream()
                        .filter(type -> type.getPackageName().startsWith("dev.connie.internal"))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                member, member.getFullName() + " speaks of " + type.getName())));
            }
        };
    }

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
        assertThat(noClock.evaluate(new ClassFileImporter().importClasses(LineupConnect.class))
                        .hasViolation())
                .isTrue();
    }

    @Test
    void theArrowsRunOneWay() {
        ROOMS.check(CONNIE);
    }

    @Test
    void noRoomInsideKnowsADoorThatActs() {
        NO_WAY_TO_A_DOOR.check(CONNIE);
    }

    @Test
    void nothingInternalIsInAPublicSignature() {
        NOTHING_INTERNAL_SHOWS.check(CONNIE);
    }

    @Test
    void theRulesOfTheRoomsFindWhatBreaksThem() {
        JavaClasses broken = new ClassFileImporter()
                .importClasses(
                        dev.connie.internal.drive.ReachesUp.class,
                        LineupBook.class,
                        LeakyDoor.class,
                        Connector.class,
                        dev.connie.race.Race.class);
        assertThat(ROOMS.evaluate(broken).getFailureReport().toString()).contains("ReachesUp", "LineupBook");
        assertThat(NO_WAY_TO_A_DOOR.evaluate(broken).getFailureReport().toString())
                .contains("ReachesUp", "Connector");
        assertThat(NOTHING_INTERNAL_SHOWS.evaluate(broken).getFailureReport().toString())
                .contains("LeakyDoor");
    }

    /** A door through which one sees the inside. */
    public static final class LeakyDoor {
        public @Nullable LineupBook book() {
            return null;
        }
    }
}
