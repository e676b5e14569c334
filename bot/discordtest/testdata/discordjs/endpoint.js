// An interactions endpoint that checks signatures with Discord's own library.
// It says its address on standard output, and answers every command.
'use strict';

const http = require('node:http');
const { InteractionResponseType, InteractionType, verifyKey } = require('discord-interactions');

const server = http.createServer(async (req, res) => {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const sound = await verifyKey(body, req.headers['x-signature-ed25519'] ?? '',
    req.headers['x-signature-timestamp'] ?? '', process.env.DISCORD_PUBLIC_KEY);
  const reply = (status, value) => {
    res.writeHead(status, { 'content-type': 'application/json' });
    res.end(JSON.stringify(value));
  };
  if (!sound) return reply(401, { error: 'bad signature' });
  const { type, data } = JSON.parse(body);
  if (type === InteractionType.PING) return reply(200, { type: InteractionResponseType.PONG });
  return reply(200, {
    type: InteractionResponseType.CHANNEL_MESSAGE_WITH_SOURCE,
    data: { content: `You used ${data.name}`, allowed_mentions: { parse: [] } },
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ event: 'listens', message: `http://127.0.0.1:${server.address().port}` }));
});
