using Rocket.Actors.Storage;

namespace Rocket.Host.Gateway;

/// <summary>Which keys of a message are indexed: UNIQ_KEY, and each blank-separated item of KEYS.</summary>
internal static class MessageKeys
{
    public static void AddTo(PendingSend send, in StoredProperties properties)
    {
        if (!properties.UniqueKey.IsEmpty)
        {
            send.NoteKey(KeyHash.Of(properties.UniqueKey));
        }

        foreach (var range in properties.Keys.Split((byte)' '))
        {
            var key = properties.Keys[range];
            if (!key.IsEmpty)
            {
                send.NoteKey(KeyHash.Of(key));
            }
        }
    }
}
