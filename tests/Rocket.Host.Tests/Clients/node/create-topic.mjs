// Creates a topic the way the library means it: at every broker that the route of TBW102 names.
import { Producer } from 'ali-ons';
import { clientOptions, options, run, tell, tellErrors } from './script.mjs';

await run(async () => {
  const producer = new Producer({ ...clientOptions, producerGroup: 'topic-creators' });
  tellErrors(producer);
  await producer.ready();
  const client = producer._mqClient;
  const { brokerDatas } = await client.getDefaultTopicRouteInfoFromNameServer('TBW102', 3000);
  for (const { brokerName, brokerAddrs } of brokerDatas) {
    const topic = {
      topicName: options.topic,
      readQueueNums: options.queues,
      writeQueueNums: options.queues,
      perm: 6,
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: 0,
      order: false,
    };
    await client.createTopic(brokerAddrs[0], 'TBW102', topic, 3000);
    tell('created', { broker: brokerName });
  }
  await producer.close();
});
