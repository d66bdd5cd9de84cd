package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.HttpCode;
import io.tapedeck.http.HttpRefusal;
import io.tapedeck.http.Problems;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Route;
import io.tapedeck.http.Router;
import io.tapedeck.uploads.Admission;
import io.tapedeck.uploads.OpenUploads;
import io.tapedeck.uploads.Upload;
import io.tapedeck.uploads.UploadId;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Uploads of a video in parts, by the tus protocol 1.0.0: create, write, read the offset, and
 * delete. The last byte creates the conversion. The answer to that request names the conversion.
 */
final class TusUploads {
  /** Names the conversion that the last byte created. */
  private static final String CONVERSION = "Tapedeck-Conversion";

  private final AccessCheck access;
  private final Admission admission;
  private final OpenUploads uploads;
  private final Parts parts;
  private final Addresses addresses;
  private final GatewaySettings settings;
  private final Clock clock;

  TusUploads(
      AccessCheck access,
      Admission admission,
      OpenUploads uploads,
      Parts parts,
      Addresses addresses,
      GatewaySettings settings,
      Clock clock) {
    this.access = access;
    this.admission = admission;
    this.uploads = uploads;
    this.parts = parts;
    this.addresses = addresses;
    this.settings = settings;
    this.clock = clock;
  }

  void routes(Router router) {
    router
        .on("OPTIONS", "/v1/uploads", exchange -> offer())
        .on("POST", "/v1/uploads", versioned(this::create))
        .on("OPTIONS", "/v1/uploads/{id}", exchange -> offer())
        .on("HEAD", "/v1/uploads/{id}", versioned(this::head))
        .on("PATCH", "/v1/uploads/{id}", versioned(this::patch))
        .on("DELETE", "/v1/uploads/{id}", versioned(this::delete))
        .on("POST", "/v1/uploads/{id}", versioned(this::overridden));
  }

  private Reply offer() {
    return Tus.reply(204)
        .header("Tus-Version", Tus.VERSION)
        .header("Tus-Extension", Tus.EXTENSIONS)
        .header("Tus-Checksum-Algorithm", Tus.ALGORITHMS)
        .header("Tus-Max-Size", String.valueOf(settings.uploads().largestFile()));
  }

  /** Refuses clients of another version. Adds the headers of the protocol to every refusal. */
  private static Route versioned(Route route) {
    return exchange -> {
      if (!Tus.speaks(exchange)) {
        HttpRefusal refusal =
            new HttpRefusal(HttpCode.PRECONDITION_FAILED, "send Tus-Resumable: " + Tus.VERSION);
        return tagged(Problems.reply(refusal, exchange.traceId()))
            .header("Tus-Version", Tus.VERSION);
      }
      try {
        return route.handle(exchange);
      } catch (Refusal e) {
        return tagged(Problems.reply(e, exchange.traceId()));
      } catch (HttpRefusal e) {
        return tagged(Problems.reply(e, exchange.traceId()));
      }
    };
  }

  private static Reply tagged(Reply reply) {
    return reply.header("Tus-Resumable", Tus.VERSION).header("Cache-Control", "no-store");
  }

  /** For clients whose network allows only GET and POST. */
  private Reply overridden(Exchange exchange) throws IOException {
    String method = exchange.header("X-HTTP-Method-Override").orElse("");
    return switch (method) {
      case "PATCH" -> patch(exchange);
      case "DELETE" -> delete(exchange);
      case "HEAD" -> head(exchange);
      default ->
          throw new HttpRefusal(
              HttpCode.METHOD_NOT_ALLOWED,
              "POST here needs X-HTTP-Method-Override: PATCH or DELETE");
    };
  }

  private Reply create(Exchange exchange) throws IOException {
    AccountId account = access.creator(exchange);
    OptionalLong length = Tus.length(exchange);
    String header = String.join(",", exchange.headers("Upload-Metadata"));
    Map<String, String> metadata = Tus.metadata(header);
    String name =
        FileNames.clean(metadata.getOrDefault("filename", metadata.getOrDefault("name", "")));
    ConversionOptions options = OptionFields.read(metadata);
    if (length.isPresent() && length.getAsLong() == 0) {
      throw new Refusal(Code.EMPTY_FILE, Text.shown(name) + " has no bytes");
    }
    Upload upload =
        new Upload(
            new UploadId(ConversionId.at(clock.instant())),
            account,
            length,
            0,
            name,
            options,
            header,
            OptionalLong.empty(),
            clock.instant().plus(settings.keeping().bareUpload()),
            false);
    admission.admit(upload);
    Reply made = Tus.reply(201).header("Location", addresses.upload(exchange, upload.id()));
    return exchange.header("Content-Type").filter(Tus.PART_TYPE::equals).isPresent()
        ? told(made, firstPart(upload, exchange))
        : made.header("Upload-Expires", Tus.date(upload.expiresAt()));
  }

  /**
   * Writes a part that comes with the creation. If it fails, the upload is deleted, because its
   * client does not know its address yet.
   */
  private Parts.Written firstPart(Upload upload, Exchange exchange) throws IOException {
    try {
      return parts.write(upload.id(), upload.owner(), 0, exchange);
    } catch (IOException | Refusal e) {
      uploads.discard(upload);
      throw e;
    }
  }

  private Reply patch(Exchange exchange) throws IOException {
    AccountId account = access.account(exchange);
    access.refuseWhileClosing();
    UploadId id = UploadId.of(exchange.path("id"));
    parts.owned(id, account);
    String type = exchange.header("Content-Type").orElse("");
    if (!type.equals(Tus.PART_TYPE)) {
      throw new HttpRefusal(
          HttpCode.UNSUPPORTED_MEDIA_TYPE,
          "expected " + Tus.PART_TYPE + ", not " + Text.shown(type));
    }
    OptionalLong offset = Tus.bytes(exchange, "Upload-Offset");
    if (offset.isEmpty()) {
      throw new Refusal(Code.BAD_REQUEST, "Upload-Offset is missing");
    }
    Parts.Written written = parts.write(id, account, offset.getAsLong(), exchange);
    Reply reply = told(Tus.reply(204), written);
    return written.conversion().isPresent()
        ? reply.header("Location", addresses.conversion(exchange, written.conversion().get()))
        : reply;
  }

  private static Reply told(Reply reply, Parts.Written written) {
    Reply more = reply.header("Upload-Offset", String.valueOf(written.offset()));
    return written.conversion().isPresent()
        ? more.header(CONVERSION, written.conversion().get().value())
        : more.header("Upload-Expires", Tus.date(written.expiresAt()));
  }

  private Reply head(Exchange exchange) {
    Upload upload = parts.owned(UploadId.of(exchange.path("id")), access.account(exchange));
    Optional<ConversionId> conversion = uploads.finishIfWhole(upload);
    Reply reply =
        Tus.reply(200)
            .header("Upload-Offset", String.valueOf(uploads.offset(upload)))
            .header("Upload-Expires", Tus.date(upload.expiresAt()));
    reply =
        upload.length().isPresent()
            ? reply.header("Upload-Length", String.valueOf(upload.length().getAsLong()))
            : reply.header("Upload-Defer-Length", "1");
    if (!upload.metadata().isEmpty()) {
      reply = reply.header("Upload-Metadata", upload.metadata());
    }
    return conversion.isPresent() ? reply.header(CONVERSION, conversion.get().value()) : reply;
  }

  private Reply delete(Exchange exchange) {
    Upload upload = parts.owned(UploadId.of(exchange.path("id")), access.account(exchange));
    if (upload.finished()) {
      throw new Refusal(
          Code.WRONG_STATE,
          "the upload is whole and became the conversion " + upload.id().conversion());
    }
    uploads.discard(upload);
    return Tus.reply(204);
  }
}
