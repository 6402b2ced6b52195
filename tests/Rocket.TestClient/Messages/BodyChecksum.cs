namespace Rocket.TestClient.Messages;

/// <summary>CRC-32 (IEEE 802.3, reflected 0xEDB88320) with its sign bit cleared, as stored messages carry it for their body.</summary>
public static class BodyChecksum
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    public static int Of(ReadOnlySpan<byte> body)
    {
        var crc = uint.MaxValue;
        foreach (var value in body)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return (int)(~crc & 0x7FFFFFFF);
    }

    private static uint Entry(int index)
    {
        var entry = (uint)index;
        for (var bit = 0; bit < 8; bit++)
        {
            entry = (entry & 1) != 0 ? (entry >> 1) ^ 0xEDB88320 : entry >> 1;
        }

        return entry;
    }
}
