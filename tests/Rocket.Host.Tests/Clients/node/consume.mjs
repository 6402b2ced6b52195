// Consumes a topic until the command "close" comes, and tells every message and which queues it has. Its handler fails when one of the
// messages 0 to "failures" - 1 comes for the first time. (A count of calls would not do: a copy may come back before the next message.)
import { Consumer } from 'ali-ons';
import { clientOptions, command, options, run, tell, tellErrors } from './script.mjs';

const { topic, group, tags = '*', broadcast = false, instance, failures = 0 } = options;

await run(async () => {
  const consumer = new Consumer({
    ...clientOptions,
    consumerGroup: group,
    isBroadcast: broadcast,
    instanceName: instance,
    // The library does not listen to the broker's notice that the group has changed: it looks again at this pace (default: 10 s).
    rebalanceInterval: 500,
    pollNameServerInteval: 500,
    heartbeatBrokerInterval: 1000,
    persistConsumerOffsetInterval: 1000,
    pullTimeDelayMillsWhenException: 500,
    pullTimeDelayMillsWhenFlowControl: 20,
  });
  tellErrors(consumer);
  consumer.on(`topic_${topic}_queue_changed`, () => tell('queues', { queues: queuesOf(consumer) }));
  consumer.subscribe(topic, tags, async message => {
    const facts = factsOf(message);
    if (facts.sequence < failures && facts.reconsumeTimes === 0) {
      throw new Error('the handler fails on purpose');
    }
    tell('message', facts);
  });
  await consumer.ready();
  await command('close');
  await consumer.close();
  tell('closed');
});

function queuesOf(consumer) {
  return [...consumer.processQueueTable.values()]
    .map(({ messageQueue }) => messageQueue)
    .filter(queue => queue.topic === topic)
    .map(queue => Number(queue.queueId))
    .sort((a, b) => a - b);
}

function factsOf(message) {
  const text = message.body.toString('latin1');
  const head = text.slice(0, text.indexOf(':') + 1);
  const sequence = Number.parseInt(head, 10);
  return {
    sequence,
    id: message.msgId,
    queue: Number(message.queueId),
    offset: Number(message.queueOffset),
    tag: message.tags,
    keys: message.keys,
    reconsumeTimes: message.reconsumeTimes,
    waited: Number(message.storeTimestamp) - Number(message.bornTimestamp),
    size: message.body.length,
    intact: text === head.padEnd(text.length, String.fromCharCode(97 + sequence % 26)),
  };
}
