// OpenAI's client as its documentation shows it: key and address come from the environment.
import OpenAI from 'openai';

const client = new OpenAI();
const [first] = (await client.models.list()).data;
const stream = await client.chat.completions.create({
  model: first.id,
  messages: [{ role: 'user', content: 'Say hello' }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
