using System.Reflection;
using System.Reflection.Emit;

namespace EtcdAdmin.Tests.Architecture;

/// <summary>Which types a type uses: in its declaration, its members' signatures and the code of its methods.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!) // static fields have a value
        .ToDictionary(static code => code.Value);

    public static IEnumerable<Type> Of(Type type)
    {
        IEnumerable<Type> declaration = [.. type.GetInterfaces(), .. AttributesOf(type)];
        if (type.BaseType is { } parent) declaration = declaration.Append(parent);
        return declaration.Concat(type.GetMembers(Declared).SelectMany(OfMember)).SelectMany(Parts).Distinct();
    }

    private static IEnumerable<Type> OfMember(MemberInfo member) => member switch
    {
        MethodBase method => [.. AttributesOf(method), .. SignatureOf(method), .. BodyOf(method)],
        FieldInfo field => [.. AttributesOf(field), field.FieldType],
        PropertyInfo property => [.. AttributesOf(property), property.PropertyType],
        _ => [],
    };

    private static IEnumerable<Type> AttributesOf(MemberInfo member) => member.CustomAttributes.Select(static attribute => attribute.AttributeType);

    private static IEnumerable<Type> SignatureOf(MethodBase method) =>
        method.GetParameters().Select(static parameter => parameter.ParameterType)
            .Concat(method is MethodInfo { ReturnType: var result } ? [result] : []);

    private static IEnumerable<Type> BodyOf(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body) return [];
        Type[] typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        return TokensOf(body.GetILAsByteArray() ?? [])
            .Select(token => method.Module.ResolveMember(token, typeArguments, methodArguments))
            .SelectMany(OfUse)
            .Concat(body.LocalVariables.Select(static local => local.LocalType))
            .Concat(body.ExceptionHandlingClauses.Where(static c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(static c => c.CatchType)
            .OfType<Type>());
    }

    private static IEnumerable<Type> OfUse(MemberInfo? used)
    {
        IEnumerable<Type> own = used switch
        {
            Type type => [type],
            MethodInfo { IsGenericMethod: true } method => [.. SignatureOf(method), .. method.GetGenericArguments()],
            MethodBase method => SignatureOf(method),
            FieldInfo field => [field.FieldType],
            _ => [],
        };
        return used?.DeclaringType is { } declaring ? own.Append(declaring) : own;
    }

    /// <summary>The operands that name a type, a method or a field.</summary>
    private static IEnumerable<int> TokensOf(byte[] code)
    {
        int at = 0;
        while (at < code.Length)
        {
            short value = code[at] == 0xfe ? (short)(0xfe00 | code[at + 1]) : code[at];
            OpCode instruction = OpCodesByValue[value];
            at += instruction.Size;
            if (instruction.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return BitConverter.ToInt32(code, at);
            }

            at += OperandSize(instruction.OperandType, code, at);
        }
    }

    private static int OperandSize(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    /// <summary>The types that a constructed one is made of: element, definition, arguments.</summary>
    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!); // just asked
        if (type.IsGenericParameter) return [];
        return type.IsConstructedGenericType
            ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
            : [type];
    }
}
