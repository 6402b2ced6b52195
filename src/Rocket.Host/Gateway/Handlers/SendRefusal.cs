namespace Rocket.Host.Gateway.Handlers;

/// <summary>Why a send is not stored: the response code and the remark that the client gets.</summary>
internal readonly record struct SendRefusal(int Code, string Remark);
