// Vercel's `ai` with its provider for services that speak as OpenAI's does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, embedMany, generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { City, Everything, Text, address, apiKey, collect, embeddingModel, model, thinkingModel } from './sandbox.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;
const provider = (host) =>
  createOpenAICompatible({ name: 'chutes', baseURL: address(host), apiKey, includeUsage: true, supportsStructuredOutputs: true });
const language = provider('llm');

describe('ai with @ai-sdk/openai-compatible', () => {
  it('generates and streams a text', async () => {
    const { text, finishReason, usage } = await generateText({ model: language(model), prompt: 'Say hello' });
    assert.deepEqual([text, finishReason], ['You said: Say hello', 'stop']);
    const stream = streamText({ model: language(model), prompt: 'Say hello' });
    assert.equal((await collect(stream.textStream)).join(''), text);
    assert.equal((await stream.usage).totalTokens, usage.totalTokens);
  });

  it('uses tools in steps until the model answers, whole and as a stream', async () => {
    const given = [];
    const request = {
      model: language(model), prompt: 'How warm is it in Graz?', stopWhen: stepCountIs(3),
      tools: { get_weather: tool({ inputSchema: City, execute: (input) => (given.push(input), '21 degrees') }) },
    };
    const whole = await generateText(request);
    const stream = streamText(request);
    await stream.consumeStream();
    for (const text of [whole.text, await stream.text]) assert.match(text, /^The tools said: .*21 degrees/);
    assert.equal(whole.steps.length, 2);
    assert.deepEqual(given, Array(2).fill({ city: 'How warm is it in Graz?', unit: 'celsius', days: 2 }));
  });

  it('has the tool it requires called, and each of several', async () => {
    const tools = { get_weather: tool({ inputSchema: City }), translate: tool({ inputSchema: Text }) };
    const names = async (more) =>
      (await generateText({ model: language(model), tools, ...more })).toolCalls.map((call) => call.toolName);
    assert.deepEqual(await names({ prompt: 'hi', toolChoice: 'required' }), ['get_weather']);
    assert.deepEqual(await names({ prompt: 'hi', toolChoice: { type: 'tool', toolName: 'translate' } }), ['translate']);
    assert.deepEqual(await names({ prompt: 'hi', toolChoice: 'none' }), []);
    assert.deepEqual(await names({ prompt: 'get_weather, translate' }), ['get_weather', 'translate']);
  });

  it('gets an object of any schema, whole and as a stream', async () => {
    const request = { model: language(model), prompt: 'Report', output: Output.object({ schema: Everything }) };
    const { output } = await generateText(request);
    assert.equal(Everything.parse(output).title, 'Report');
    const stream = streamText(request);
    await stream.consumeStream();
    assert.deepEqual(await stream.output, output);
  });

  it('sees what the model thinks', async () => {
    const { reasoningText, text } = await generateText({ model: language(thinkingModel), prompt: 'hi' });
    assert.deepEqual([reasoningText, text], ['The user said: hi I shall repeat it.', 'You said: hi']);
  });

  it('embeds one text and many', async () => {
    const vectors = provider('embed').textEmbeddingModel(embeddingModel, { dimensions: 8 });
    const { embedding } = await embed({ model: vectors, value: 'one' });
    const { embeddings } = await embedMany({ model: vectors, values: ['one', 'two'] });
    assert.deepEqual(embeddings[0], embedding);
    assert.equal(embeddings.length, 2);
  });
});
