namespace Rocket.Benchmarks.CommandLine;

/// <summary>What the commands take.</summary>
internal static class Usage
{
    public const string Text = """
        dotnet run -c Release --project tests/Rocket.Benchmarks -- COMMAND OPTIONS

        load      sends to, or reads from, anything that speaks the protocol, and prints what it took
          --name-server HOST:PORT   looks the topic's brokers up, or
          --broker HOST:PORT        goes to this one
          --produce                 (the default) | --consume | --both
          --topic NAME              RocketLoad; made with code 17 unless --no-create
          --queues N                8; queues of a topic that is made, or that --broker has
          --connections N           8
          --consumers N             as many as --connections
          --mode sync|async|oneway|batch   async; sync keeps one request outstanding on each connection
          --in-flight M             64; requests outstanding on each connection (async, batch); frames in one write (oneway)
          --batch N                 16; messages in one request (mode batch)
          --size BYTES              1024; of one body
          --serialize json|binary   json; encoding of the headers
          --pull-batch N            32; most messages asked for in one pull
          --group NAME              load-consumers
          --warmup SECONDS          2; traffic before the measured time (none with --count or --journal)
          --duration SECONDS        10
          --count N                 that many messages instead of a duration
          --pid PID                 repeatable: CPU µs/message and peak memory of this process (Linux)
          --journal FILE            notes every confirmed send, for check
          --reconnect SECONDS       0; how long a lost connection is tried again
          --json                    one JSON object instead of text

        check     reads back what load confirmed: each send once, at its offset, with its physical offset, in order
          --journal FILE  --name-server HOST:PORT | --broker HOST:PORT
          --group NAME              load-check
          --any-order               for brokers that don't keep the order of requests outstanding together

        floor     Rocket's listener with nothing behind it but one file: the upper bound
          --port PORT               10911
          --queues N                8; in the routes it answers
          --file PATH               a temporary one; deleted at the end

        compare   floor and a Rocket.Host in turn, each in a process of its own; prints medians, spread and ratio
          --host PATH               Rocket.Host.dll, or the folder it was published to
          --rounds N                5
          --host-set KEY=VALUE      repeatable: handed to the host as --set
          and every option of load but the address, --json, --pid and --journal

        links     two nodes' link over loopback in this process: bulk frames one way, an acknowledgement for each back
          --size BYTES              repeatable: 1024 and 65536; payload of a frame
          --duration SECONDS        5; for each size, after 1 s of warm-up

        soak      a Rocket.Host under mixed traffic for a long time: a row of figures every so often, and whether they stayed flat
          --host PATH               Rocket.Host.dll, or the folder it was published to
          --duration SECONDS        1800
          --interval SECONDS        30; between two rows
          --rate N                  2000; single sends in a second
          --host-set KEY=VALUE      repeatable: handed to the host as --set; retention keeps the disk small

        delays    how late delayed messages come that are due together, by a level and by times of their own
          --host PATH               Rocket.Host.dll, or the folder it was published to
          --count N                 20000; due within one second, for each of the two
          --pending N               0; messages that wait for two hours meanwhile
          --host-set KEY=VALUE      repeatable: handed to the host as --set

        faults    three nodes under load and one fault after the other: nothing that was confirmed may be lost, moved or doubled
          --seed N                  by chance, and printed: the same seed, count and kinds give the same sequence
          --count N                 10
          --kind KIND               repeatable, all if there is none: kill-master, kill-slave, kill-witness, kill-all, kill-two, freeze-master,
                                    freeze-slave, freeze-briefly, wipe, wipe-witness, stop, stop-all, hand-over, kill-while-returning
          --rate N                  200; sends in a second to each of the two brokers
          --topics N                0; more topics of four queues on each of the two brokers, a message in each queue
          --keep                    leaves configurations, logs and data folders of the nodes, which stay after a failure anyway

        replication   two nodes with data and a witness: async-master and sync-master in turn, each with empty data; prints medians, spread and ratio
          --rounds N                5
          and the options of load but the addresses, --json, --pid and --journal
                      --catch-up: a copy that has missed much comes back while producers go on
          --missed-mib N            1024; what is sent in messages of 4 KiB while it is away
          --frozen                  it stands still (SIGSTOP) meanwhile, instead of being killed: its code is compiled already
          --host-set KEY=VALUE      repeatable: a line of each node's configuration
          and the same options of load, for the producers
        """;
}
