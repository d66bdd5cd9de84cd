package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.tapedeck.settings.Settings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the overlays promise of rights, networks, sizes and stops. */
class KubernetesPolicyTest {
  private static final Set<String> STORES = Set.of("mysql", "mongo", "rabbitmq");

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void everyPodFitsIntoANamespaceWithoutRights(String overlay) {
    for (PodTemplateSpec each : Rendered.overlay(overlay).templates().values()) {
      PodSpec pod = each.getSpec();
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      for (Container container : pod.getContainers()) {
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop())
            .containsExactly("ALL");
      }
    }
  }

  @Test
  void theNamespaceForTryingRefusesAllElse() {
    assertThat(Rendered.overlay("minikube").one(Namespace.class, "tapedeck").getMetadata())
        .satisfies(named ->
            assertThat(named.getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted"));
  }

  @Test
  void storesAreAskedWhatTheyAreForAndNotOnlyWhetherAPortIsOpen() {
    Rendered all = Rendered.overlay("minikube");

    for (String store : STORES) {
      Container container = all.templates().get(store).getSpec().getContainers().getFirst();
      assertThat(container.getReadinessProbe().getTcpSocket()).isNull();
      assertThat(container.getReadinessProbe().getExec().getCommand()).isNotEmpty();
      assertThat(container.getReadinessProbe().getTimeoutSeconds()).isGreaterThan(1);
    }
  }

  @Test
  void aChangeOfTheRolesSecretLeavesTheStoresRunning() {
    Rendered all = Rendered.overlay("minikube");
    String ofRoles = all.secretVolume("auth").getSecret().getSecretName();

    assertThat(ofRoles).as("its name holds a hash").isNotEqualTo("tapedeck");
    for (StatefulSet store : all.all(StatefulSet.class)) {
      assertThat(store.getSpec().getTemplate().toString()).doesNotContain(ofRoles);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void whoIsReachedByNameServesOnUntilNobodyAsksAnyMore(String overlay) {
    Rendered all = Rendered.overlay(overlay);

    for (String role : List.of("auth", "gateway")) {
      long pause = all.container(role).getLifecycle().getPreStop().getSleep().getSeconds();
      assertThat(pause).isBetween(3L, 15L);
      assertThat(all.pod(role).getTerminationGracePeriodSeconds())
          .as("the pause, server.stop, and what a stop takes beyond it")
          .isGreaterThan(pause + RoleSettings.defaults().web().stop().toSeconds() + 10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void noVideoIsAcceptedThatWouldGetAConverterEvicted(String overlay) {
    Rendered all = Rendered.overlay(overlay);
    PodSpec pod = all.pod("converter");
    Quantity volume = pod.getVolumes().getFirst().getEmptyDir().getSizeLimit();
    Settings converter = settings(all.environment("converter"));
    Settings gateway = settings(all.environment("gateway"));

    assertThat(converter.work().largestScratch()).isLessThan(bytes(volume));
    assertThat(gateway.edge().longestVideo())
        .isLessThanOrEqualTo(converter.work().largestScratch() - converter.edge().diskMargin());
    assertThat(all.container("converter").getResources().getRequests().get("ephemeral-storage"))
        .as("no node takes a converter without that much room")
        .isEqualTo(volume);
    for (String role : RoleSettings.ROLES) {
      assertThat(all.container(role).getResources().getRequests()).containsKey("ephemeral-storage");
    }
  }

  @Test
  void theOverlayForTryingFitsBesideThePodsOfMinikubeOnTwoCores() {
    Rendered all = Rendered.overlay("minikube");
    BigDecimal cores =
        all.templates().values().stream()
            .flatMap(pod -> pod.getSpec().getContainers().stream())
            .map(each -> each.getResources().getRequests().get("cpu").getNumericalAmount())
            .reduce(BigDecimal.ZERO, BigDecimal::add);

    assertThat(cores).isLessThanOrEqualTo(new BigDecimal("1.1"));
    for (Deployment each : all.all(Deployment.class)) {
      if (RoleSettings.ROLES.contains(each.getMetadata().getName())) {
        assertThat(each.getSpec().getStrategy().getRollingUpdate().getMaxSurge().getIntVal())
            .isZero();
        assertThat(all.container(each.getMetadata().getName()).getImage())
            .as("the name that dev/image gives it")
            .isEqualTo("localhost/tapedeck:latest");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void nothingGoesInOrOutThatIsNotNamed(String overlay) {
    Rendered all = Rendered.overlay(overlay);
    NetworkPolicy rest = all.one(NetworkPolicy.class, "nothing-else");

    assertThat(rest.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(rest.getSpec().getIngress()).isNullOrEmpty();
    assertThat(rest.getSpec().getEgress()).isNullOrEmpty();
    assertThat(selected(all, rest.getSpec().getPodSelector())).isEqualTo(all.templates().keySet());
    for (NetworkPolicy each : all.all(NetworkPolicy.class)) {
      assertThat(selected(all, each.getSpec().getPodSelector()))
          .as(each.getMetadata().getName())
          .isNotEmpty();
      each.getSpec()
          .getIngress()
          .forEach(rule -> assertThat(rule.getFrom()).as("from somebody").isNotEmpty());
      each.getSpec()
          .getEgress()
          .forEach(rule -> assertThat(rule.getTo()).as("to somebody").isNotEmpty());
    }
  }

  @Test
  void convertersReachTheStoresAndNobodyElse() {
    Rendered all = Rendered.overlay("minikube");

    assertThat(reached(all, "converter")).isEqualTo(STORES);
    assertThat(reached(all, "gateway")).isEqualTo(with("auth"));
    assertThat(reached(all, "auth")).isEqualTo(with("mail"));
    assertThat(reached(all, "notification")).isEqualTo(with("auth", "mail"));
    for (String store : STORES) {
      assertThat(reached(all, store)).isEmpty();
    }
  }

  private static Set<String> with(String... more) {
    Set<String> all = new TreeSet<>(STORES);
    all.addAll(List.of(more));
    return all;
  }

  /** The pods of the overlay that those of this name may open connections to. */
  private static Set<String> reached(Rendered all, String name) {
    Set<String> found = new TreeSet<>();
    for (NetworkPolicy policy : all.all(NetworkPolicy.class)) {
      if (selected(all, policy.getSpec().getPodSelector()).contains(name)) {
        policy.getSpec().getEgress().stream()
            .flatMap(rule -> rule.getTo().stream())
            .filter(to -> to.getPodSelector() != null)
            .forEach(to -> found.addAll(selected(all, to.getPodSelector())));
      }
    }
    return found;
  }

  private static Set<String> selected(Rendered all, LabelSelector selector) {
    Set<String> names = new TreeSet<>();
    all.templates()
        .forEach((name, pod) -> {
          Map<String, String> labels = pod.getMetadata().getLabels();
          boolean fits =
              selector.getMatchLabels() == null
                  || labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
          if (fits && selector.getMatchExpressions().stream().allMatch(each -> in(each, labels))) {
            names.add(name);
          }
        });
    return names;
  }

  private static boolean in(LabelSelectorRequirement asked, Map<String, String> labels) {
    assertThat(asked.getOperator()).isEqualTo("In");
    return asked.getValues().contains(labels.get(asked.getKey()));
  }

  private static Settings settings(Map<String, String> environment) {
    return Settings.read(Map.of(), environment, Optional.empty());
  }

  private static long bytes(Quantity quantity) {
    return quantity.getNumericalAmount().longValueExact();
  }
}
