using System.Collections.Frozen;
using System.Reflection;

namespace EtcdAdmin.Errors;

/// <summary>The kind of every error, by its id.</summary>
public static class EtcdErrorKinds
{
    private static readonly FrozenDictionary<string, EtcdErrorKind> Kinds = typeof(EtcdErrorIds)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToFrozenDictionary(
            field => (string)field.GetRawConstantValue()!, // all fields are constants
            field => field.GetCustomAttribute<ErrorKindAttribute>()!.Kind, // a test checks that each field has one
            StringComparer.Ordinal);

    /// <summary>All ids with their kinds.</summary>
    public static IReadOnlyDictionary<string, EtcdErrorKind> All => Kinds;

    /// <summary>The kind of an id.</summary>
    /// <param name="errorId">One of <see cref="EtcdErrorIds"/>.</param>
    /// <exception cref="ArgumentException">There is no such id.</exception>
    public static EtcdErrorKind Of(string errorId)
    {
        ArgumentException.ThrowIfNullOrEmpty(errorId);
        return Kinds.TryGetValue(errorId, out EtcdErrorKind kind)
            ? kind
            : throw new ArgumentException($"There is no error id '{errorId}'.", nameof(errorId));
    }
}

/// <summary>The kind of an error id. Each id states its kind here and nowhere else.</summary>
/// <param name="kind">The sort of failure.</param>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class ErrorKindAttribute(EtcdErrorKind kind) : Attribute
{
    public EtcdErrorKind Kind => kind;
}
