// The official @google/genai speaks to the emulated Gemini.

import assert from "node:assert/strict";
import test from "node:test";

import { ApiError, FinishReason, GoogleGenAI, Type } from "@google/genai";

const DRAWS = "gemini-nano-banana-2.1";
const WRITES = "gemini-3.8-flash";
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

const sdk = (headers = {}, apiKey = "test-key") =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: process.env.GEMINI_URL, headers } });
const failing = (fault) => sdk({ "x-emulator-fault": fault });
const draw = (client, contents = "A still lake", settings = {}) =>
  client.models.generateContent({
    model: DRAWS,
    contents,
    config: { responseModalities: ["IMAGE"], imageConfig: { aspectRatio: "16:9", imageSize: "1K" }, ...settings },
  });
const pictureIn = (answer) => {
  const shown = answer.candidates[0].content.parts.filter((part) => part.inlineData && !part.thought);
  return Buffer.from(shown.at(-1).inlineData.data, "base64");
};

test("a picture of the ordered size arrives, with what it used", async () => {
  const answer = await draw(sdk());
  const picture = pictureIn(answer);
  assert.deepEqual(picture.subarray(0, 4), PNG);
  assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [1376, 768]);
  const used = answer.usageMetadata;
  assert.equal(used.candidatesTokensDetails[0].tokenCount, 1120);
  assert.equal(used.totalTokenCount, used.promptTokenCount + used.thoughtsTokenCount + used.candidatesTokenCount);
  assert.equal(answer.candidates[0].finishReason, FinishReason.STOP);
  assert.match(answer.responseId, /^[0-9a-f]{32}$/);
  assert.equal(answer.modelVersion, DRAWS);
});

test("a picture may be drawn after another one", async () => {
  const seen = pictureIn(await draw(sdk())).toString("base64");
  const contents = [{ role: "user", parts: [{ inlineData: { mimeType: "image/png", data: seen } }, { text: "The same at night" }] }];
  assert.deepEqual(pictureIn(await draw(sdk(), contents)).subarray(0, 4), PNG);
});

test("the final picture is found after a thought", async () => {
  const answer = await draw(failing("thought first"));
  assert.ok(answer.candidates[0].content.parts.some((part) => part.thought));
  assert.deepEqual(pictureIn(answer).subarray(0, 4), PNG);
});

test("words of a schema are JSON of it", async () => {
  const responseSchema = {
    type: Type.OBJECT,
    properties: { title: { type: Type.STRING }, beats: { type: Type.ARRAY, items: { type: Type.STRING } } },
    required: ["title", "beats"],
  };
  const config = { responseMimeType: "application/json", responseSchema };
  const answer = await sdk().models.generateContent({ model: WRITES, contents: "Plan a film", config });
  const plan = JSON.parse(answer.text);
  assert.equal(typeof plan.title, "string");
  assert.ok(Array.isArray(plan.beats));
});

test("words of a JSON schema are JSON of it", async () => {
  const responseJsonSchema = { type: "object", properties: { title: { type: "string" } }, required: ["title"] };
  const config = { responseMimeType: "application/json", responseJsonSchema };
  const answer = await sdk().models.generateContent({ model: WRITES, contents: "Plan a film", config });
  assert.equal(typeof JSON.parse(answer.text).title, "string");
});

test("models are looked up and listed", async () => {
  assert.equal((await sdk().models.get({ model: DRAWS })).name, `models/${DRAWS}`);
  const names = [];
  for await (const model of await sdk().models.list()) names.push(model.name);
  assert.ok(names.includes(`models/${WRITES}`));
});

const refusals = [
  ["rate limited", 429, "RESOURCE_EXHAUSTED"],
  ["quota per day", 429, "RESOURCE_EXHAUSTED"],
  ["limit: 0", 429, "RESOURCE_EXHAUSTED"],
  ["key invalid", 400, "INVALID_ARGUMENT"],
  ["forbidden", 403, "PERMISSION_DENIED"],
  ["no billing", 400, "FAILED_PRECONDITION"],
  ["model retired", 404, "NOT_FOUND"],
  ["broken", 500, "INTERNAL"],
  ["overloaded", 503, "UNAVAILABLE"],
  ["deadline", 504, "DEADLINE_EXCEEDED"],
];
for (const [fault, status, name] of refusals) {
  test(`"${fault}" is an error of status ${status}`, async () => {
    await assert.rejects(draw(failing(fault)), (error) => {
      assert.ok(error instanceof ApiError);
      assert.equal(error.status, status);
      const told = JSON.parse(error.message).error;
      assert.deepEqual([told.code, told.status], [status, name]);
      return true;
    });
  });
}

test("a wrong key is refused", async () => {
  await assert.rejects(draw(sdk({}, "another-key")), (error) => error instanceof ApiError && error.status === 400);
});

test("a model that is gone is not found", async () => {
  const asked = sdk().models.generateContent({ model: "gemini-2.5-flash-image", contents: "A still lake" });
  await assert.rejects(asked, (error) => error instanceof ApiError && error.status === 404);
});

test("a setting that does not exist is refused", async () => {
  await assert.rejects(
    draw(sdk(), "A still lake", { imageConfig: { aspectRatio: "7:3" } }),
    (error) => error instanceof ApiError && error.status === 400,
  );
});

test("a blocked prompt says why", async () => {
  const answer = await draw(failing("prompt blocked"));
  assert.equal(answer.candidates, undefined);
  assert.ok(answer.promptFeedback.blockReason);
});

for (const fault of ["image safety", "no image", "recitation", "out of tokens", "new reason"]) {
  test(`"${fault}" is an answer without a picture`, async () => {
    const [candidate] = (await draw(failing(fault))).candidates;
    assert.notEqual(candidate.finishReason, FinishReason.STOP);
    assert.equal((candidate.content?.parts ?? []).filter((part) => part.inlineData).length, 0);
  });
}

for (const fault of ["reset", "lost answer", "truncated"]) {
  test(`"${fault}" is an error of the connection`, async () => {
    await assert.rejects(draw(failing(fault)));
  });
}
