using System.Reflection;
using System.Text;
using CsCheck;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;
using Xunit;

namespace Rocket.Protocol.Tests.Requests;

/// <summary>Every request that is a plain record, found by reflection so that none is forgotten.</summary>
public sealed class RecordRoundTripTests
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static TheoryData<Type> Records =>
    [
        .. typeof(IRequestHeader<>).Assembly.GetTypes().Where(type =>
            !type.IsInterface && !type.IsByRefLike && type.GetInterfaces().Any(implemented =>
                implemented.IsGenericType && implemented.GetGenericTypeDefinition() == typeof(IRequestHeader<>)))
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_request_reads_as_it_was_written(Type record) => Invoke(nameof(CheckRoundTrip), record);

    [Theory]
    [MemberData(nameof(Records))]
    public void A_field_that_is_missing_is_optional_or_named_in_the_error(Type record) => Invoke(nameof(CheckMissing), record);

    [Theory]
    [MemberData(nameof(Records))]
    public void A_field_of_the_wrong_type_is_named_in_the_error(Type record) => Invoke(nameof(CheckWrongType), record);

    private static void CheckRoundTrip<T>() where T : class, IRequestHeader<T> =>
        Gen.Select(Generators.SerializeType, Values<T>()).Sample(
            (type, request) =>
            {
                var header = Write(type, request, Code(request));
                Assert.True(T.TryRead(header, out var read, out var error), error);
                Assert.Equal(request, read);
            },
            iter: 50);

    private static void CheckMissing<T>() where T : class, IRequestHeader<T> => Values<T>().Sample(
        request =>
        {
            var whole = Write(SerializeType.Json, request, Code(request));
            foreach (var missing in whole.Fields)
            {
                var header = Rewrite(whole, Encoding.UTF8.GetString(missing.Name), replacement: null);
                if (T.TryRead(header, out _, out var error))
                {
                    Assert.Empty(error);
                }
                else
                {
                    Assert.Equal($"the field {Encoding.UTF8.GetString(missing.Name)} is missing", error);
                }
            }
        },
        iter: 10);

    private static void CheckWrongType<T>() where T : class, IRequestHeader<T>
    {
        var values = typeof(T).GetConstructors().Single().GetParameters().Count(parameter => parameter.ParameterType != typeof(string));
        // Two names of one value: 4.x and 5.x spell it differently.
        if (typeof(T) == typeof(DeleteSubscriptionGroupRequest))
        {
            values++;
        }

        Values<T>(alwaysPresent: true).Sample(
            request =>
            {
                var whole = Write(SerializeType.Json, request, Code(request));
                var refused = 0;
                foreach (var field in whole.Fields)
                {
                    var name = Encoding.UTF8.GetString(field.Name);
                    var header = Rewrite(whole, name, replacement: "12x");
                    if (T.TryRead(header, out _, out var error))
                    {
                        continue;
                    }

                    Assert.StartsWith($"the field {name} is \"12x\", not ", error, StringComparison.Ordinal);
                    refused++;
                }

                Assert.Equal(values, refused);
            },
            iter: 1);
    }

    private static Gen<T> Values<T>(bool alwaysPresent = false) where T : class
    {
        var constructor = typeof(T).GetConstructors().Single();
        var generators = constructor.GetParameters().Select(parameter => Value(parameter, alwaysPresent)).ToArray();
        return Gen.Const(0).SelectMany(_ => Sequence(generators)).Select(arguments => Normalize((T)constructor.Invoke(arguments)));
    }

    private static Gen<object?> Value(ParameterInfo parameter, bool alwaysPresent)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var isOptional = Nullable.GetUnderlyingType(parameter.ParameterType) is not null
            || Nullability.Create(parameter).WriteState == NullabilityState.Nullable;
        var present = type switch
        {
            _ when type == typeof(string) => Generators.SomeText.Select(text => (object?)text),
            _ when type == typeof(int) => Generators.AnyInt32.Select(number => (object?)number),
            _ when type == typeof(long) => Generators.AnyInt64.Select(number => (object?)number),
            _ when type == typeof(bool) => Gen.Bool.Select(truth => (object?)(alwaysPresent ? false : truth)),
            _ => throw new InvalidOperationException($"no generator for {type}"),
        };
        return isOptional && !alwaysPresent ? Gen.OneOf(present, Gen.Const((object?)null)) : present;
    }

    private static Gen<object?[]> Sequence(Gen<object?>[] generators) => generators.Aggregate(
        Gen.Const(Array.Empty<object?>()),
        (sequence, generator) => Gen.Select(sequence, generator, (values, value) => (object?[])[.. values, value]));

    /// <summary>The code that makes a request read all the fields its value has.</summary>
    private static int Code<T>(T request) => request is KvConfigRequest { Value: not null } ? RequestCode.PutKvConfig
        : request is KvConfigRequest { Key: null } ? RequestCode.GetKvListByNamespace
        : request is KvConfigRequest ? RequestCode.GetKvConfig
        : RequestCode.QueryMessage;

    /// <summary>A put without a key is nothing that can be written.</summary>
    private static T Normalize<T>(T request) => request is KvConfigRequest { Key: null, Value: not null } kv ? (T)(object)(kv with { Value = null }) : request;

    private static CommandHeader Write<T>(SerializeType type, T request, int code) where T : IRequestHeader<T>
    {
        var encoder = new CommandEncoder();
        encoder.Start(type, code, 1, CommandFlags.Request);
        request.AddTo(encoder);
        return Frames.ReadHeader(Frames.Write(encoder), out _);
    }

    /// <summary>The same header with one field replaced, or left out.</summary>
    private static CommandHeader Rewrite(CommandHeader header, string name, string? replacement)
    {
        var encoder = new CommandEncoder();
        encoder.Start(header.SerializeType, header.Code, header.Opaque, header.Flag);
        foreach (var field in header.Fields)
        {
            if (Encoding.UTF8.GetString(field.Name) == name)
            {
                encoder.AddField(field.Name, replacement);
            }
            else
            {
                encoder.AddField(field.Name, field.Value);
            }
        }

        return Frames.ReadHeader(Frames.Write(encoder), out _);
    }

    private static void Invoke(string check, Type record) => typeof(RecordRoundTripTests)
        .GetMethod(check, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(record)
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
}
