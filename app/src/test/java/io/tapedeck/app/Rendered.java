package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code kubectl kustomize} makes of an overlay, read into Kubernetes' own types: a field or a
 * kind that Kubernetes does not know fails.
 */
record Rendered(List<HasMetadata> objects) {
  static final Path OVERLAYS = Path.of("..", "deploy", "k8s", "overlays");

  /** Where roles find what is secret. */
  static final String SECRETS = "/run/secrets/tapedeck";

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new NothingElse())
          .build();

  private static final Map<String, Rendered> MADE = new ConcurrentHashMap<>();

  static Rendered overlay(String name) {
    return MADE.computeIfAbsent(name, each -> read(kustomized(OVERLAYS.resolve(each))));
  }

  /** What kubectl makes of a folder, as text. */
  static String kustomized(Path folder) {
    assumeTrue(
        run("kubectl", "version", "--client").contains("Kustomize Version"),
        "skipped: kubectl is not installed, or older than 1.24 (Debian: kubernetes-client)");
    return run("kubectl", "kustomize", folder.toString());
  }

  static Rendered read(String yaml) {
    List<HasMetadata> objects = new ArrayList<>();
    for (Object each : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
      objects.add((HasMetadata) STRICT.convertValue(each, KubernetesResource.class));
    }
    return new Rendered(objects);
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The only one of its kind with that name. */
  <T extends HasMetadata> T one(Class<T> type, String name) {
    List<T> found =
        all(type).stream().filter(each -> each.getMetadata().getName().equals(name)).toList();
    assertThat(found).as("%s %s", type.getSimpleName(), name).hasSize(1);
    return found.getFirst();
  }

  PodSpec pod(String role) {
    return one(Deployment.class, role).getSpec().getTemplate().getSpec();
  }

  Container container(String role) {
    List<Container> containers = pod(role).getContainers();
    assertThat(containers).hasSize(1);
    return containers.getFirst();
  }

  /** All pods there will be, by the name of what makes them. */
  Map<String, PodTemplateSpec> templates() {
    Map<String, PodTemplateSpec> found = new TreeMap<>();
    all(Deployment.class)
        .forEach(each -> found.put(each.getMetadata().getName(), each.getSpec().getTemplate()));
    all(StatefulSet.class)
        .forEach(each -> found.put(each.getMetadata().getName(), each.getSpec().getTemplate()));
    return found;
  }

  Set<String> found(Map<String, String> selector) {
    assertThat(selector).isNotEmpty();
    Set<String> names = new TreeSet<>();
    templates()
        .forEach((name, pod) -> {
          if (pod.getMetadata().getLabels().entrySet().containsAll(selector.entrySet())) {
            names.add(name);
          }
        });
    return names;
  }

  Map<String, String> config() {
    List<ConfigMap> maps = all(ConfigMap.class);
    assertThat(maps).hasSize(1);
    return maps.getFirst().getData();
  }

  Volume secretVolume(String role) {
    String mounted =
        container(role).getVolumeMounts().stream()
            .filter(mount -> mount.getMountPath().equals(SECRETS))
            .findFirst()
            .orElseThrow()
            .getName();
    return pod(role).getVolumes().stream()
        .filter(volume -> volume.getName().equals(mounted))
        .findFirst()
        .orElseThrow();
  }

  /** Which key of the secret holds which setting's value. */
  Map<String, String> secretKeys(String role) {
    Map<String, String> keys = new TreeMap<>();
    for (EnvVar variable : container(role).getEnv()) {
      if (variable.getName().endsWith("_FILE")) {
        keys.put(
            variable.getName().replaceFirst("_FILE$", ""),
            variable.getValue().substring(SECRETS.length() + 1));
      }
    }
    return keys;
  }

  /** All variables of a role, as it sees them; where the secret is made elsewhere, some value. */
  Map<String, String> environment(String role) {
    String named = container(role).getEnvFrom().getFirst().getConfigMapRef().getName();
    Map<String, String> given = new HashMap<>(one(ConfigMap.class, named).getData());
    String secret = secretVolume(role).getSecret().getSecretName();
    secretKeys(role).forEach((name, key) -> given.put(name, value(secret, key)));
    for (EnvVar variable : container(role).getEnv()) {
      if (!variable.getName().endsWith("_FILE")) {
        given.put(
            variable.getName(),
            variable.getValueFrom() == null ? variable.getValue() : cores(role));
      }
    }
    return given;
  }

  private String value(String secret, String key) {
    if (all(Secret.class).isEmpty()) {
      return "x".repeat(32);
    }
    Map<String, String> data = one(Secret.class, secret).getData();
    assertThat(data).containsKey(key);
    return new String(Base64.getMimeDecoder().decode(data.get(key)), StandardCharsets.UTF_8);
  }

  /** As Kubernetes tells requests.cpu: rounded up to whole ones. */
  private String cores(String role) {
    return container(role)
        .getResources()
        .getRequests()
        .get("cpu")
        .getNumericalAmount()
        .setScale(0, RoundingMode.CEILING)
        .toPlainString();
  }

  private static String run(String... command) {
    try {
      Path said = Files.createTempFile("rendered", ".yaml");
      Path wrong = Files.createTempFile("rendered", ".err");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectOutput(said.toFile())
                .redirectError(wrong.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(wrong)).isZero();
        return Files.readString(said, StandardCharsets.UTF_8);
      } finally {
        Files.delete(said);
        Files.delete(wrong);
      }
    } catch (IOException e) {
      if (command[1].equals("version")) {
        return "";
      }
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The types take any field, to be of use with every version of Kubernetes; here they do not. */
  private static final class NothingElse extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
      return false;
    }
  }
}
