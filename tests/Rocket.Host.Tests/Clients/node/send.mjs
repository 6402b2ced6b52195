// Sends messages: "count" of them, or until the command "stop" comes. A message is tried again until the broker has confirmed it, as
// an application would do that must not lose one. With "delayLevel" or "deliverAfter" (milliseconds) they are to come later.
import { Message, Producer } from 'ali-ons';
import { clientOptions, command, factsOf, options, run, tell, tellErrors } from './script.mjs';

const { topic, group, count = Infinity, inFlight = 1, size = 0, tags = [null], delayLevel = 0, deliverAfter = 0 } = options;
const pauseAfterFailure = 100;

await run(async () => {
  const producer = new Producer({ ...clientOptions, producerGroup: group });
  tellErrors(producer);
  await producer.ready();

  let stopped = false;
  let next = 0;
  command('stop').then(() => { stopped = true; });
  const lane = async () => {
    while (!stopped && next < count) {
      const sequence = next++;
      await sendUntilConfirmed(producer, sequence, () => stopped);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  tell('sent', { count: next });
  await producer.close();
});

async function sendUntilConfirmed(producer, sequence, isStopped) {
  for (;;) {
    try {
      const result = await producer.send(message(sequence));
      tell('confirmed', {
        sequence,
        status: result.sendStatus,
        id: result.msgId,
        queue: Number(result.messageQueue.queueId),
        offset: result.queueOffset,
      });
      return;
    } catch (error) {
      tell('failed', { sequence, ...factsOf(error) });
      if (isStopped()) return;
      await new Promise(resolve => setTimeout(resolve, pauseAfterFailure));
    }
  }
}

// The body begins with the sequence and is filled up with a pattern that depends on it, so that a mix-up shows.
function message(sequence) {
  const head = `${sequence}:`;
  const body = Buffer.alloc(Math.max(size, head.length), String.fromCharCode(97 + sequence % 26));
  body.write(head);
  const made = new Message(topic, tags[sequence % tags.length], body);
  made.keys = [`key-${sequence}`];
  if (delayLevel > 0) made.delayTimeLevel = delayLevel;
  if (deliverAfter > 0) made.setStartDeliverTime(Date.now() + deliverAfter);
  return made;
}
