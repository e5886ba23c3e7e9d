// The official @elevenlabs/elevenlabs-js speaks to the emulated ElevenLabs.

import assert from "node:assert/strict";
import test from "node:test";

import { ElevenLabsClient, ElevenLabsError } from "@elevenlabs/elevenlabs-js";

const TEXT = "The river sleeps under its ice.";
const VOICE = "narrator-voice";
const MODEL = "eleven_multilingual_v2";
const ONCE = { maxRetries: 0, timeoutInSeconds: 10 }; // the SDK keeps its timer, and with it the process, alive for that long

const sdk = new ElevenLabsClient({ apiKey: "test-key", baseUrl: process.env.ELEVENLABS_URL });
const failing = (fault) => ({ ...ONCE, headers: { "x-emulator-fault": fault } });
const speak = (settings = {}, options = ONCE) => sdk.textToSpeech.convert(VOICE, { text: TEXT, modelId: MODEL, ...settings }, options);

const bytesOf = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};
const isMp3 = (sound) => sound.subarray(0, 3).toString() === "ID3" || (sound[0] === 0xff && (sound[1] & 0xe0) === 0xe0);

test("speech arrives as MP3", async () => {
  const voiceSettings = { stability: 0.5, similarityBoost: 0.75, style: 0, useSpeakerBoost: true, speed: 1 };
  const sound = await bytesOf(await speak({ outputFormat: "mp3_44100_128", seed: 7, voiceSettings }));
  assert.ok(isMp3(sound));
  assert.ok(sound.length > 16_000);
});

test("the headers of a paid call tell its cost", async () => {
  const answer = await sdk.textToSpeech.convert(VOICE, { text: TEXT, modelId: MODEL }, ONCE).withRawResponse();
  await bytesOf(answer.data);
  assert.equal(answer.rawResponse.headers.get("character-cost"), String(TEXT.length));
  assert.match(answer.rawResponse.headers.get("request-id"), /^[0-9a-f]{32}$/);
});

test("speech is streamed", async () => {
  assert.ok(isMp3(await bytesOf(await sdk.textToSpeech.stream(VOICE, { text: TEXT, modelId: MODEL }, ONCE))));
});

test("timestamps align every character", async () => {
  const told = await sdk.textToSpeech.convertWithTimestamps(VOICE, { text: TEXT, modelId: MODEL }, ONCE);
  const { characters, characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } = told.alignment;
  assert.equal(characters.join(""), TEXT);
  assert.equal(starts.length, TEXT.length);
  assert.equal(ends.length, TEXT.length);
  assert.ok(isMp3(Buffer.from(told.audioBase64, "base64")));
  assert.equal(told.normalizedAlignment.characters.length, TEXT.length);
});

test("timestamps are streamed", async () => {
  let letters = "";
  for await (const piece of await sdk.textToSpeech.streamWithTimestamps(VOICE, { text: TEXT, modelId: MODEL }, ONCE)) {
    letters += piece.alignment?.characters.join("") ?? "";
  }
  assert.equal(letters, TEXT);
});

test("a missing alignment is null", async () => {
  const told = await sdk.textToSpeech.convertWithTimestamps(VOICE, { text: TEXT, modelId: MODEL }, failing("null alignment"));
  assert.equal(told.alignment ?? null, null);
});

test("a sound arrives as MP3", async () => {
  const order = { text: "Wind over snow", durationSeconds: 3, promptInfluence: 0.3, loop: false };
  assert.ok(isMp3(await bytesOf(await sdk.textToSoundEffects.convert(order, ONCE))));
});

test("a recording is aligned with its text", async () => {
  const file = new File([await bytesOf(await speak())], "line.mp3", { type: "audio/mpeg" });
  const told = await sdk.forcedAlignment.create({ file, text: TEXT }, ONCE);
  assert.equal(told.characters.length, TEXT.length);
  assert.equal(told.words.length, TEXT.split(" ").length);
});

test("voices are searched, page by page", async () => {
  const first = await sdk.voices.search({ pageSize: 3 }, ONCE);
  assert.equal(first.voices.length, 3);
  assert.equal(first.hasMore, true);
  const rest = await sdk.voices.search({ pageSize: 3, nextPageToken: first.nextPageToken }, ONCE);
  assert.equal(first.voices.length + rest.voices.length, first.totalCount);
  const [found] = (await sdk.voices.search({ search: "narrator" }, ONCE)).voices;
  assert.equal(found.voiceId, VOICE);
});

test("a voice is shown, and all of them are listed", async () => {
  assert.equal((await sdk.voices.get(VOICE, {}, ONCE)).voiceId, VOICE);
  assert.ok((await sdk.voices.getAll({}, ONCE)).voices.some((voice) => voice.voiceId === VOICE));
});

test("models tell what they can", async () => {
  const model = (await sdk.models.list(ONCE)).find((one) => one.modelId === MODEL);
  assert.equal(model.canDoTextToSpeech, true);
  assert.ok(model.languages.some((language) => language.languageId === "en"));
});

test("the subscription tells what is used", async () => {
  const plan = await sdk.user.subscription.get(ONCE);
  assert.equal(plan.tier, "pro");
  assert.ok(plan.characterCount > 0);
  assert.ok(plan.characterLimit > plan.characterCount);
});

const refusals = [
  ["rate limited", 429],
  ["too many at once", 429],
  ["too many at once, old shape", 429],
  ["system busy", 429],
  ["invalid key", 401],
  ["missing key", 401],
  ["insufficient credits", 402],
  ["voice not found", 404],
  ["model not found", 400],
  ["text too long", 400],
  ["against policy", 403],
  ["unprocessable", 422],
  ["plain detail", 400],
  ["no json", 500],
  ["broken", 500],
  ["overloaded", 503],
  ["bad gateway", 502],
];
for (const [fault, status] of refusals) {
  test(`"${fault}" is an error of status ${status}`, async () => {
    await assert.rejects(speak({}, failing(fault)), (error) => {
      assert.ok(error instanceof ElevenLabsError, `${error}`);
      assert.equal(error.statusCode, status);
      return true;
    });
  });
}

test("an error names its request", async () => {
  await assert.rejects(speak({}, failing("too many at once")), (error) => {
    assert.equal(error.rawResponse.headers.get("maximum-concurrent-requests"), "10");
    assert.match(error.rawResponse.headers.get("request-id"), /^[0-9a-f]{32}$/);
    return true;
  });
});

test("a voice that does not exist is not found", async () => {
  await assert.rejects(
    sdk.textToSpeech.convert("nobody", { text: TEXT, modelId: MODEL }, ONCE),
    (error) => error instanceof ElevenLabsError && error.statusCode === 404,
  );
});

test("a key of somebody else is refused", async () => {
  const other = new ElevenLabsClient({ apiKey: "another-key", baseUrl: process.env.ELEVENLABS_URL });
  await assert.rejects(other.models.list(ONCE), (error) => error instanceof ElevenLabsError && error.statusCode === 401);
});

for (const fault of ["reset", "lost answer", "truncated"]) {
  test(`"${fault}" is an error of the connection`, async () => {
    await assert.rejects(sdk.textToSpeech.convertWithTimestamps(VOICE, { text: TEXT, modelId: MODEL }, failing(fault)));
  });
}
