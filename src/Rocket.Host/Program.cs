return await new Rocket.Host.CommandLine.HostProgram(Console.Out, Console.Error).RunAsync(args);
