// Uploads one file with tus-js-client and goes on after every broken connection.
//   node upload.mjs ENDPOINT FILE TOKEN CHUNK_BYTES
// Prints "offset N" as bytes are accepted and "stored CONVERSION" at the end; exits with 1 when it gives up.
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Upload } from "tus-js-client";

const [endpoint, file, token, chunk] = process.argv.slice(2);
const upload = new Upload(createReadStream(file), {
  endpoint,
  uploadSize: statSync(file).size,
  chunkSize: Number(chunk) || Infinity,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: basename(file), filetype: "video/mp4" },
  // A server that was killed needs a moment; the delays begin anew whenever bytes were accepted.
  retryDelays: [0, 100, 250, 500, 1000, 1000, 2000, 2000, 3000, 3000, 5000, 5000],
  onShouldRetry: () => true,
  onChunkComplete: (size, accepted) => console.log(`offset ${accepted}`),
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: ({ lastResponse }) => console.log(`stored ${lastResponse.getHeader("Tapedeck-Conversion")}`),
});
upload.start();
