using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Names one cluster (224).</summary>
public sealed record ClusterRequest(string Cluster) : IRequestHeader<ClusterRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ClusterRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ClusterRequest(fields.RequiredString("cluster"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("cluster"u8, Cluster);
    }
}
