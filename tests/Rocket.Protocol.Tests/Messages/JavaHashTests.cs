using System.Text;
using CsCheck;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Protocol.Tests.Messages;

public sealed class JavaHashTests
{
    [Fact]
    public void A_text_has_one_hash_in_both_encodings() =>
        Generators.Text.Sample(text => Assert.Equal(JavaHash.Of(text), JavaHash.OfUtf8(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Bytes_that_are_no_text_hash_as_what_they_decode_to() =>
        Gen.Byte.Array[0, 30].Sample(bytes => Assert.Equal(JavaHash.Of(Encoding.UTF8.GetString(bytes)), JavaHash.OfUtf8(bytes)));
}
