Console.WriteLine("Rocket");
