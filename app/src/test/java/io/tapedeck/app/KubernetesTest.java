package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ExternalMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.tapedeck.admin.OperatorRoutes;
import io.tapedeck.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Kubernetes gets of both overlays, as real kubectl renders them: nothing it would not know,
 * the settings right, and every right that no role needs taken away.
 */
class KubernetesTest {
  @Test
  void aFieldAndAKindThatKubernetesDoesNotKnowAreRefused() {
    String pod = "{apiVersion: v1, kind: Pod, metadata: {name: one}, spec: {containers: []%s}}";

    assertThat(Rendered.read(pod.formatted("")).objects()).hasSize(1);
    assertThatThrownBy(() -> Rendered.read(pod.formatted(", runAsNonRoot: true")))
        .hasMessageContaining("runAsNonRoot");
    assertThatThrownBy(() -> Rendered.read("{apiVersion: v1, kind: Deploiment, spec: {}}"))
        .hasMessageContaining("spec");
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void aRoleHasWhatItNeedsAndNothingThatIsWrong(String overlay) {
    Rendered all = Rendered.overlay(overlay);

    for (String role : RoleSettings.ROLES) {
      assertThat(all.container(role).getArgs()).containsExactly(role);
      RoleSettings.fit(role, all.environment(role));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void whatIsSecretIsMountedAndNeverAmongTheSettings(String overlay) {
    Rendered all = Rendered.overlay(overlay);

    assertThat(all.config()).doesNotContainKeys(RoleSettings.secrets().toArray(String[]::new));
    for (String role : RoleSettings.ROLES) {
      assertThat(all.one(Deployment.class, role).getMetadata().getNamespace()).isNotEmpty();
      assertThat(all.container(role).getEnv())
          .extracting(EnvVar::getName)
          .doesNotContainAnyElementsOf(RoleSettings.secrets());
      assertThat(all.secretKeys(role).keySet()).isSubsetOf(RoleSettings.secrets());
    }
  }

  @Test
  void productionNamesASecretThatSomebodyElseMakes() throws IOException {
    Rendered all = Rendered.overlay("production");
    String told = Files.readString(Path.of("..", "deploy", "README.md"));

    assertThat(all.all(Secret.class)).isEmpty();
    for (String role : RoleSettings.ROLES) {
      assertThat(all.secretVolume(role).getSecret().getSecretName()).isEqualTo("tapedeck");
      assertThat(all.secretKeys(role).values()).allMatch(key -> told.contains("`" + key + "`"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void aRoleMayDoNothingButItsWork(String overlay) {
    Rendered all = Rendered.overlay(overlay);

    for (String role : RoleSettings.ROLES) {
      PodSpec pod = all.pod(role);
      Container container = all.container(role);

      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
      assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
      assertThat(container.getSecurityContext().getPrivileged()).isNull();
      assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(container.getSecurityContext().getCapabilities().getAdd()).isNullOrEmpty();
      assertThat(pod.getVolumes())
          .allMatch(volume -> volume.getEmptyDir() != null || volume.getSecret() != null)
          .allMatch(
              each -> each.getEmptyDir() == null || each.getEmptyDir().getSizeLimit() != null);
      assertThat(container.getVolumeMounts())
          .extracting(VolumeMount::getMountPath)
          .containsExactlyInAnyOrder("/data", "/tmp", Rendered.SECRETS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void everyPodIsLimitedAndHasNoKeyToTheCluster(String overlay) {
    for (PodTemplateSpec each : Rendered.overlay(overlay).templates().values()) {
      PodSpec pod = each.getSpec();
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      // Variables that Kubernetes makes for services could be taken for settings.
      assertThat(pod.getEnableServiceLinks()).isFalse();
      assertThat(pod.getHostNetwork()).isNull();
      for (Container container : pod.getContainers()) {
        assertThat(container.getResources().getLimits()).containsKey("memory");
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(container.getImage()).matches(".+:[\\w.]+");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void aRoleIsLookedAfterAndStopsInItsOwnTime(String overlay) {
    Rendered all = Rendered.overlay(overlay);

    for (String role : RoleSettings.ROLES) {
      Container container = all.container(role);
      assertThat(container.getPorts())
          .anySatisfy(port -> {
            assertThat(port.getName()).isEqualTo("admin");
            assertThat(all.config())
                .containsEntry("TAPEDECK_ADMIN_PORT", String.valueOf(port.getContainerPort()));
          });
      assertThat(asked(container.getStartupProbe())).isEqualTo("/livez");
      assertThat(asked(container.getLivenessProbe())).isEqualTo("/livez");
      assertThat(asked(container.getReadinessProbe())).isEqualTo("/readyz");
      assertThat(container.getReadinessProbe().getTimeoutSeconds())
          .as("longer than /readyz waits for its parts")
          .isGreaterThan((int) OperatorRoutes.PATIENCE.toSeconds());
      assertThat(all.pod(role).getTerminationGracePeriodSeconds())
          .isGreaterThan(RoleSettings.defaults().web().stop().toSeconds());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void selectorsFindPodsAndAddressesAreThoseOfServices(String overlay) {
    Rendered all = Rendered.overlay(overlay);

    for (String role : RoleSettings.ROLES) {
      PodDisruptionBudget budget = all.one(PodDisruptionBudget.class, role);
      assertThat(all.found(budget.getSpec().getSelector().getMatchLabels())).containsExactly(role);
      assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
      assertThat(budget.getSpec().getUnhealthyPodEvictionPolicy())
          .as("a node can be drained while a store is away")
          .isEqualTo("AlwaysAllow");
    }
    for (Service service : all.all(Service.class)) {
      String name = service.getMetadata().getName();
      assertThat(all.found(service.getSpec().getSelector())).containsExactly(name);
      assertThat(service.getSpec().getClusterIP())
          .as("an address that stays when the pod moves")
          .isNull();
    }
    assertThat(all.config()).containsEntry("TAPEDECK_AUTH_URL", "http://auth:8080");
    assertThat(all.one(Service.class, "auth").getSpec().getPorts().getFirst().getPort())
        .isEqualTo(8080);
    NetworkPolicy closed = all.one(NetworkPolicy.class, "auth");
    assertThat(all.found(closed.getSpec().getPodSelector().getMatchLabels()))
        .containsExactly("auth");
    assertThat(closed.getSpec().getIngress().getFirst().getFrom())
        .flatExtracting(from -> all.found(from.getPodSelector().getMatchLabels()))
        .containsExactlyInAnyOrder("gateway", "notification");
  }

  @Test
  void theStoresOfTheOverlayForTryingAreInIt() {
    Rendered all = Rendered.overlay("minikube");

    for (String role : RoleSettings.ROLES) {
      Map<String, String> given = all.environment(role);
      for (String store : List.of("DATABASE_URL", "MONGODB_URI", "RABBITMQ_URI")) {
        URI at = URI.create(given.get("TAPEDECK_" + store).replaceFirst("^jdbc:", ""));
        Service service = all.one(Service.class, at.getHost());
        assertThat(service.getSpec().getPorts())
            .extracting(port -> port.getPort())
            .contains(at.getPort());
        assertThat(all.templates()).containsKey(at.getHost());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minikube", "production"})
  void uploadsOfAnySizeStreamThroughTheIngress(String overlay) {
    Rendered all = Rendered.overlay(overlay);
    Ingress ingress = all.one(Ingress.class, "tapedeck");
    IngressRule rule = ingress.getSpec().getRules().getFirst();
    String nginx = "nginx.ingress.kubernetes.io/";

    assertThat(ingress.getSpec().getIngressClassName()).isEqualTo("nginx");
    assertThat(ingress.getMetadata().getAnnotations())
        .containsEntry(nginx + "proxy-body-size", "0")
        .containsEntry(nginx + "proxy-request-buffering", "off")
        .containsEntry(nginx + "proxy-buffering", "off")
        .containsEntry(nginx + "proxy-read-timeout", "3600");
    assertThat(rule.getHttp().getPaths().getFirst().getBackend().getService().getName())
        .isEqualTo("gateway");
    URI address = URI.create(all.config().get("TAPEDECK_SERVER_PUBLIC_URL"));
    assertThat(rule.getHost()).isEqualTo(address.getHost());
    assertThat(address.getScheme().equals("https"))
        .isEqualTo(!ingress.getSpec().getTls().isEmpty());
    assertThat(all.config()).containsEntry("TAPEDECK_SERVER_BEHIND_PROXY", "true");
  }

  @Test
  void convertersBecomeAsManyAsTheQueueAsksFor(@TempDir Path folder) throws IOException {
    Rendered all = Rendered.overlay("production");
    HorizontalPodAutoscaler scaler = all.one(HorizontalPodAutoscaler.class, "converter");
    ExternalMetricSource queue = scaler.getSpec().getMetrics().getFirst().getExternal();
    Map<String, String> flags =
        Map.of("server.port", "0", "admin.port", "0", "data", folder.toString());

    assertThat(scaler.getSpec().getScaleTargetRef().getKind()).isEqualTo("Deployment");
    assertThat(scaler.getSpec().getScaleTargetRef().getName()).isEqualTo("converter");
    assertThat(scaler.getSpec().getMinReplicas()).isGreaterThan(1);
    assertThat(all.one(Deployment.class, "converter").getSpec().getReplicas())
        .as("what the autoscaler says is not undone by the next kubectl apply")
        .isNull();
    assertThat(queue.getTarget().getType()).isEqualTo("AverageValue");
    try (Platform platform =
        Platform.start(Settings.read(flags, Map.of(), Optional.empty()), Clock.systemUTC())) {
      assertThat(text(platform.admin().uri().resolve("metrics")))
          .contains("\n" + queue.getMetric().getName() + " ");
    }
  }

  @Test
  void productionRunsTwoOfEverythingInAReleasedImage() {
    Rendered all = Rendered.overlay("production");

    for (String role : RoleSettings.ROLES) {
      assertThat(all.container(role).getImage()).doesNotEndWith(":latest").contains("/tapedeck:");
      assertThat(all.pod(role).getServiceAccountName()).isEqualTo(role);
      assertThat(all.one(ServiceAccount.class, role).getImagePullSecrets()).hasSize(1);
      if (!role.equals("converter")) {
        assertThat(all.one(Deployment.class, role).getSpec().getReplicas()).isEqualTo(2);
      }
    }
    assertThat(all.all(Deployment.class)).hasSize(RoleSettings.ROLES.size());
  }

  @Test
  void everyFileIsInAKustomization() throws IOException {
    for (Path folder :
        List.of(
            Rendered.OVERLAYS.resolve("../base"),
            Rendered.OVERLAYS.resolve("minikube"),
            Rendered.OVERLAYS.resolve("production"))) {
      String made = Files.readString(folder.resolve("kustomization.yaml"));
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .allMatch(file -> file.equals("kustomization.yaml") || made.contains(file));
      }
    }
  }

  private static String asked(Probe probe) {
    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("admin");
    return probe.getHttpGet().getPath();
  }

  private static String text(URI address) throws IOException {
    try (InputStream in = address.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
