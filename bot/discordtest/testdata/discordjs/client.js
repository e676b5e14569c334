// A small bot made with discord.js. It says on standard output, a JSON line
// each, what it did and what it was refused; a line on standard input lets it
// go on where it waits.
'use strict';

const readline = require('node:readline');
const {
  ButtonStyle, Client, ComponentType, GatewayIntentBits, MessageFlags, Partials, Routes, TextInputStyle,
} = require('discord.js');

const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const go = () => lines.next();

const text = (content) => ({ type: ComponentType.TextDisplay, content });
const row = (...components) => ({ type: ComponentType.ActionRow, components });
const button = { type: ComponentType.Button, style: ButtonStyle.Primary, label: 'More', custom_id: 'more' };
const link = { type: ComponentType.Button, style: ButtonStyle.Link, label: 'Read', url: 'https://example.org/a' };
const menu = {
  type: ComponentType.StringSelect, custom_id: 'menu', placeholder: 'Show',
  options: [{ label: 'First', value: '1' }, { label: 'Second', value: '2' }],
};

const commands = [
  {
    name: 'ask', description: 'Ask', options: [
      { type: 3, name: 'question', description: 'What', required: true },
      { type: 3, name: 'topic', description: 'Topic', autocomplete: true },
    ],
  },
  { name: 'form', description: 'A form' },
  { name: 'misbehave', description: 'What Discord refuses', options: [{ type: 3, name: 'how', description: 'How', required: true }] },
  { type: 3, name: 'Check This' },
];

const answers = {
  async ask(i) {
    await i.deferReply();
    await i.editReply({
      flags: MessageFlags.IsComponentsV2,
      components: [{
        type: ComponentType.Container, accent_color: 0x2d7d46, components: [
          text(`You asked: ${i.options.getString('question')}`),
          { type: ComponentType.Separator },
          { type: ComponentType.Section, components: [text('A quote')], accessory: link },
        ],
      }, row(menu), row(button)],
    });
    const further = await i.followUp({ content: 'For you', flags: MessageFlags.Ephemeral });
    await i.editReply({ components: [text('Edited'), row(menu), row(button)] });
    await i.webhook.editMessage(further.id, { content: 'For you alone' });
    await i.deleteReply(further.id);
  },
  async form(i) {
    await i.showModal({
      custom_id: 'form', title: 'Refine', components: [
        { type: ComponentType.Label, label: 'Question', component: { type: ComponentType.TextInput, custom_id: 'q', style: TextInputStyle.Short } },
        { type: ComponentType.Label, label: 'Topic', component: { ...menu, custom_id: 'topic' } },
      ],
    });
  },
  async 'Check This'(i) {
    await i.reply({ content: `Checked: ${i.targetMessage.content}`, flags: MessageFlags.Ephemeral });
  },
  async misbehave(i) {
    const how = i.options.getString('how');
    const callback = (data) => i.client.rest.post(Routes.interactionCallback(i.id, i.token), {
      body: { type: 4, data: { allowed_mentions: { parse: [] }, ...data } }, auth: false,
    });
    await misdeeds[how](i, callback);
  },
};

// Each has to be refused.
const misdeeds = {
  async twice(i, callback) { await i.reply('once'); await callback({ content: 'twice' }); },
  async late(i, callback) { say('waits'); await go(); await callback({ content: 'late' }); },
  async expired(i) { await i.deferReply(); say('waits'); await go(); await i.editReply('expired'); },
  async long(i, callback) { await callback({ content: 'a'.repeat(2001) }); },
  async empty(i, callback) { await callback({}); },
  async deleted(i) { await i.reply('a'); await i.deleteReply(); await i.fetchReply(); },
  async unflagged(i) { await i.deferReply(); await i.editReply({ components: [text('no flag')] }); },
  async command(i) { await i.client.application.commands.set([{ name: 'Not Lower', description: 'a' }]); },
};

async function onInteraction(i) {
  if (i.isAutocomplete()) await i.respond([{ name: `${i.options.getFocused()}ate`, value: 'climate' }]);
  else if (i.isCommand()) await answers[i.commandName](i);
  else if (i.isButton()) await i.update({ components: [text('Pressed')] });
  else if (i.isStringSelectMenu()) {
    await i.deferUpdate();
    await i.editReply({ components: [text(`Chosen: ${i.values.join()}`), row(button)] });
  } else if (i.isModalSubmit()) {
    await i.reply(`Form: ${i.fields.getTextInputValue('q')} on ${i.fields.getStringSelectValues('topic').join()}`);
  }
}

const report = (work) => async (...args) => {
  try {
    await work(...args);
    say('done');
  } catch (e) {
    say('refused', { code: e.code, status: e.status, message: String(e.message) });
  }
};

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages],
  partials: [Partials.Channel],
  allowedMentions: { parse: [], repliedUser: false },
  shards: Number(process.env.SHARDS ?? 1) === 1 ? undefined : 'auto',
  rest: { api: `${process.env.DISCORD_API}/api`, retries: 0 },
});
client.on('error', (e) => say('error', { message: String(e) }));
client.on('warn', (w) => say('warn', { message: w }));
client.on('interactionCreate', report(onInteraction));
client.on('messageCreate', (m) => {
  if (m.author.id !== client.user.id && m.mentions.has(client.user.id)) report(() => m.reply(`Hello ${m.author.username}`))();
});
client.on('shardResume', (shard, replayed) => say('resumed', { status: shard, commands: replayed }));
client.once('clientReady', report(async () => {
  await client.application.commands.set(commands);
  const found = await client.application.commands.fetch();
  say('ready', { user: client.user.username, guilds: client.guilds.cache.size, commands: found.size });
}));
process.on('unhandledRejection', (e) => say('error', { message: String(e) }));
client.login(process.env.DISCORD_TOKEN);
