namespace Rocket.Host.Configuration;

/// <summary>A place in a HOCON text that can't be what its author meant.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Text">What is wrong and what to do, in one line.</param>
internal sealed record HoconMistake(int Line, string Text);
