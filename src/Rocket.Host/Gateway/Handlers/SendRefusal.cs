namespace Rocket.Host.Gateway.Handlers;

/// <summary>Why a request is not carried out, most often a send: the response code and the remark that the client gets.</summary>
internal readonly record struct SendRefusal(int Code, string Remark);
