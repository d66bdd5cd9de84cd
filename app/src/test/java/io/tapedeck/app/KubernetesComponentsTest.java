package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What an overlay may add that needs more than Kubernetes itself. */
class KubernetesComponentsTest {
  private static final Path COMPONENTS = Rendered.OVERLAYS.resolve("../components");

  /** The objects of production with a component, by kind; of a kind with several, the last. */
  private static Map<String, Map<?, ?>> with(String component) throws IOException {
    // kubectl takes no folders by absolute paths.
    Path folder = Files.createDirectories(Path.of("target", "component-" + component));
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [../../../deploy/k8s/overlays/production]
        components: [../../../deploy/k8s/components/%s]
        """
            .formatted(component));
    Map<String, Map<?, ?>> found = new HashMap<>();
    for (Object each :
        new Load(LoadSettings.builder().build()).loadAllFromString(Rendered.kustomized(folder))) {
      found.put(String.valueOf(((Map<?, ?>) each).get("kind")), (Map<?, ?>) each);
    }
    return found;
  }

  private static Object at(Object tree, String path) {
    Object here = tree;
    for (String name : path.split("\\.")) {
      here = here instanceof List<?> list ? list.getFirst() : here;
      here = ((Map<?, ?>) here).get(name);
    }
    return here;
  }

  @Test
  void kedaScalesByTheAgeOfTheQueueAndNothingElseDoes() throws IOException {
    Map<String, Map<?, ?>> all = with("keda");

    assertThat(all).doesNotContainKey("HorizontalPodAutoscaler");
    Map<?, ?> scaled = all.get("ScaledObject");
    assertThat(at(scaled, "spec.scaleTargetRef.name")).isEqualTo("converter");
    assertThat(String.valueOf(at(scaled, "spec.triggers.metadata.query")))
        .contains("tapedeck_queue_age_seconds");
    assertThat((Integer) at(scaled, "spec.minReplicaCount")).isGreaterThan(1);
  }

  @Test
  void prometheusReadsThePortsThatPodsHave() throws IOException {
    Map<?, ?> monitor = with("prometheus").get("PodMonitor");

    assertThat(at(monitor, "spec.podMetricsEndpoints.port")).isEqualTo("admin");
    assertThat(Rendered.overlay("production").found(Map.of("app.kubernetes.io/name", "tapedeck")))
        .isEqualTo(RoleSettings.ROLES);
  }

  @Test
  void aRouteStandsInThePlaceOfTheIngress() throws IOException {
    Map<String, Map<?, ?>> all = with("gateway-api");

    assertThat(all).doesNotContainKey("Ingress");
    assertThat(at(all.get("HTTPRoute"), "spec.rules.backendRefs.name")).isEqualTo("gateway");
    assertThat(at(all.get("HTTPRoute"), "spec.rules.timeouts.request")).isEqualTo("0s");
    assertThat("https://" + ((List<?>) at(all.get("HTTPRoute"), "spec.hostnames")).getFirst())
        .isEqualTo(Rendered.overlay("production").config().get("TAPEDECK_SERVER_PUBLIC_URL"));
  }

  @Test
  void everyComponentSaysHowItIsUsed() throws IOException {
    try (var folders = Files.list(COMPONENTS)) {
      for (Path each : folders.toList()) {
        assertThat(Files.readString(each.resolve("kustomization.yaml")))
            .contains("components: [../../components/" + each.getFileName() + "]");
      }
    }
  }
}
