package io.tapedeck.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtTest {
  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
  private static final Jwt.Realm REALM = new Jwt.Realm("tapedeck", "tapedeck-api");

  private final SigningKey key = SigningKey.generate();
  private final Jwt.Signer signer = new Jwt.Signer(REALM, () -> key, CLOCK);
  private final Jwt.Verifier verifier = verifierAt(NOON);

  @Test
  void aTokenIsReadAsItWasSigned() {
    Secret token = signer.sign("acc_1", Duration.ofMinutes(15), Map.of("role", "user"));
    Jwt jwt = verifier.verify(token);
    assertThat(jwt.subject()).isEqualTo("acc_1");
    assertThat(jwt.expires()).isEqualTo(NOON.plus(Duration.ofMinutes(15)));
    assertThat(jwt.claims()).containsEntry("role", "user");
  }

  @Test
  void aTokenIsGoodUntilTheLastInstantAndNotAtItsEnd() {
    Secret token = signer.sign("acc_1", Duration.ofMinutes(15), Map.of());
    assertThat(verifierAt(NOON.plusSeconds(899)).verify(token).subject()).isEqualTo("acc_1");
    refused(verifierAt(NOON.plusSeconds(900)), token, Code.TOKEN_EXPIRED, "good until");
  }

  @Test
  void anExpiredTokenOfAStrangerIsNotCalledExpired() {
    Secret token =
        new Jwt.Signer(REALM, SigningKey::generate, CLOCK).sign("x", Duration.ZERO, Map.of());
    refused(verifier, token, Code.UNAUTHENTICATED, "key is not known");
  }

  @Test
  void aTokenWithoutASignatureIsRefused() {
    String header = base64("{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"" + key.id() + "\"}");
    for (String alg : List.of("none", "None", "NONE", "nOnE")) {
      String other = base64("{\"alg\":\"" + alg + "\",\"kid\":\"" + key.id() + "\"}");
      refused(verifier, new Secret(other + "." + payload() + "."), Code.UNAUTHENTICATED, "");
    }
    refused(verifier, new Secret(header + "." + payload() + "."), Code.UNAUTHENTICATED, "");
    refused(verifier, new Secret(header + "." + payload() + ".AA"), Code.UNAUTHENTICATED, "");
  }

  @Test
  void thePublicKeyDoesNotServeAsAnHmacSecret() throws Exception {
    byte[] published = KeySet.of(List.of(key)).json().getBytes(StandardCharsets.UTF_8);
    byte[] encoded = key.key().toECPublicKey().getEncoded();
    for (byte[] secret : List.of(published, encoded)) {
      Secret token = signed(JWSAlgorithm.HS256, key.id(), new MACSigner(secret), claims().build());
      refused(verifier, token, Code.UNAUTHENTICATED, "not ES256");
    }
  }

  @Test
  void anotherKindOfSignatureIsRefusedEvenWithAKeyIdOfOurs() throws Exception {
    var rsa = new RSAKeyGenerator(2048).generate();
    var p384 = new ECKeyGenerator(Curve.P_384).generate();
    refused(
        verifier,
        signed(JWSAlgorithm.RS256, key.id(), new RSASSASigner(rsa), claims().build()),
        Code.UNAUTHENTICATED,
        "not ES256");
    refused(
        verifier,
        signed(JWSAlgorithm.ES384, key.id(), new ECDSASigner(p384), claims().build()),
        Code.UNAUTHENTICATED,
        "not ES256");
  }

  @Test
  void thePsychicSignatureIsRefused() {
    String start = parts(signer.sign("acc_1", Duration.ofMinutes(1), Map.of()), 2);
    String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
    refused(verifier, new Secret(start + "." + zeros), Code.UNAUTHENTICATED, "");
    refused(verifier, new Secret(start + "."), Code.UNAUTHENTICATED, "");
    refused(verifier, new Secret(start + ".AA"), Code.UNAUTHENTICATED, "");
  }

  @Test
  void aKeyThatTheTokenBringsAlongIsNotBelieved() throws Exception {
    var own = new ECKeyGenerator(Curve.P_256).keyID(key.id()).generate();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .keyID(key.id())
            .jwk(own.toPublicJWK())
            .jwkURL(java.net.URI.create("http://127.0.0.1:1/keys"))
            .build();
    SignedJWT token = new SignedJWT(header, claims().build());
    token.sign(new ECDSASigner(own));
    refused(verifier, new Secret(token.serialize()), Code.UNAUTHENTICATED, "signature is not ours");
  }

  @Test
  void aChangedTokenIsRefused() {
    String[] token = signer.sign("acc_1", Duration.ofMinutes(1), Map.of()).reveal().split("\\.");
    String other = base64("{\"iss\":\"tapedeck\",\"aud\":\"tapedeck-api\",\"sub\":\"acc_2\"}");
    Secret changed = new Secret(token[0] + "." + other + "." + token[2]);
    refused(verifier, changed, Code.UNAUTHENTICATED, "signature is not ours");
  }

  @Test
  void issuerAudienceSubjectAndEndMustBeThere() throws Exception {
    var sign = new ECDSASigner(key.key());
    List<JWTClaimsSet> wrong =
        List.of(
            claims().issuer("else").build(),
            claims().issuer(null).build(),
            claims().audience("tapedeck-events").build(),
            claims().audience(List.of("tapedeck-api", "tapedeck-events")).build(),
            claims().audience((String) null).build(),
            claims().subject(null).build(),
            claims().expirationTime(null).build());
    for (JWTClaimsSet claims : wrong) {
      refused(
          verifier,
          signed(JWSAlgorithm.ES256, key.id(), sign, claims),
          Code.UNAUTHENTICATED,
          "not accepted");
    }
    assertThat(
            verifier.verify(signed(JWSAlgorithm.ES256, key.id(), sign, claims().build())).subject())
        .isEqualTo("acc_1");
  }

  @Test
  void aTokenMustNameAKeyWeKnow() throws Exception {
    var sign = new ECDSASigner(key.key());
    for (String id : new String[] {null, "", "other", "' OR 1=1 --"}) {
      refused(
          verifier,
          signed(JWSAlgorithm.ES256, id, sign, claims().build()),
          Code.UNAUTHENTICATED,
          "key is not known");
    }
  }

  @Test
  void aKeyMadeSinceIsLookedForOnce() {
    SigningKey fresh = SigningKey.generate();
    AtomicInteger looked = new AtomicInteger();
    Jwt.Keys keys =
        new Jwt.Keys() {
          @Override
          public KeySet known() {
            return KeySet.of(List.of(key));
          }

          @Override
          public KeySet renewed() {
            looked.incrementAndGet();
            return KeySet.of(List.of(key, fresh));
          }
        };
    Jwt.Verifier renewing = new Jwt.Verifier(REALM, keys, CLOCK);
    renewing.verify(signer.sign("acc_1", Duration.ofMinutes(1), Map.of()));
    assertThat(looked).hasValue(0);
    Secret token =
        new Jwt.Signer(REALM, () -> fresh, CLOCK).sign("acc_2", Duration.ofMinutes(1), Map.of());
    assertThat(renewing.verify(token).subject()).isEqualTo("acc_2");
    assertThat(looked).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b.c", "tdk_abc", "eyJhbGciOiJFUzI1NiJ9..", "\u0000"})
  void whatIsNoTokenIsRefused(String text) {
    refused(verifier, new Secret(text), Code.UNAUTHENTICATED, "not well formed");
  }

  @Test
  void anEndlessTokenIsRefusedUnread() {
    refused(verifier, new Secret("a.".repeat(3000)), Code.UNAUTHENTICATED, "too long");
  }

  @Test
  void aKeySetShowsNothingPrivateAndReadsBack() {
    String json = KeySet.of(List.of(key)).json();
    assertThat(json).contains(key.id(), "ES256").doesNotContain("\"d\"");
    assertThat(KeySet.read(json).contains(key.id())).isTrue();
    Secret token = signer.sign("acc_1", Duration.ofMinutes(1), Map.of());
    Jwt.Verifier fromJson = new Jwt.Verifier(REALM, () -> KeySet.read(json), CLOCK);
    assertThat(fromJson.verify(token).subject()).isEqualTo("acc_1");
  }

  @Test
  void aKeySetKeepsOnlyKeysOfOurKind() throws Exception {
    String p384 = new ECKeyGenerator(Curve.P_384).keyID("p384").generate().toPublicJWK().toString();
    String rsa = new RSAKeyGenerator(2048).keyID("rsa").generate().toPublicJWK().toString();
    String mac = "{\"kty\":\"oct\",\"kid\":\"mac\",\"k\":\"c2VjcmV0\"}";
    KeySet set = KeySet.read("{\"keys\":[" + p384 + "," + rsa + "," + mac + "]}");
    assertThat(List.of("p384", "rsa", "mac")).noneMatch(set::contains);
    assertThatThrownBy(() -> KeySet.read("[]")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSigningKeyReadsBackAndNeverPrintsItself() {
    assertThat(SigningKey.read(key.jwk()).id()).isEqualTo(key.id());
    assertThat(key.jwk().toString()).isEqualTo("[REDACTED]");
    String publicOnly = key.key().toPublicJWK().toJSONString();
    for (String wrong : List.of("", "{}", publicOnly)) {
      assertThatThrownBy(() -> SigningKey.read(new Secret(wrong)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private Jwt.Verifier verifierAt(Instant now) {
    return new Jwt.Verifier(REALM, () -> KeySet.of(List.of(key)), Clock.fixed(now, ZoneOffset.UTC));
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("tapedeck")
        .audience("tapedeck-api")
        .subject("acc_1")
        .expirationTime(Date.from(NOON.plusSeconds(60)));
  }

  private static String payload() {
    return base64(claims().build().toString());
  }

  private static Secret signed(JWSAlgorithm alg, String kid, JWSSigner signer, JWTClaimsSet claims)
      throws Exception {
    SignedJWT token = new SignedJWT(new JWSHeader.Builder(alg).keyID(kid).build(), claims);
    token.sign(signer);
    return new Secret(token.serialize());
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String parts(Secret token, int count) {
    return String.join(".", List.of(token.reveal().split("\\.")).subList(0, count));
  }

  private static void refused(Jwt.Verifier by, Secret token, Code code, String why) {
    assertThatThrownBy(() -> by.verify(token))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code))
        .hasMessageContaining(why);
  }
}
