using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Rocket.Architecture.Tests.Compiled;

/// <summary>Walks the instructions of a method body and gives the metadata handles among their operands (ECMA-335, partition III).</summary>
public static class InstructionTokens
{
    private const byte TwoByteOpCode = 0xFE;

    private static readonly Dictionary<ushort, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => unchecked((ushort)code.Value));

    public static IEnumerable<EntityHandle> Of(byte[] instructions)
    {
        var at = 0;
        while (at < instructions.Length)
        {
            ushort value = instructions[at++];
            if (value == TwoByteOpCode)
            {
                value = (ushort)((TwoByteOpCode << 8) | instructions[at++]);
            }

            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig)
            {
                yield return MetadataTokens.EntityHandle(ReadInt32(instructions, at));
            }

            at += OperandBytes(operand, instructions, at);
        }
    }

    private static int OperandBytes(OperandType operand, byte[] instructions, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * ReadInt32(instructions, at)),
        _ => 4,
    };

    private static int ReadInt32(byte[] instructions, int at) => BinaryPrimitives.ReadInt32LittleEndian(instructions.AsSpan(at));
}
