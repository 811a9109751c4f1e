namespace EtcdAdmin.Errors;

/// <summary>The kind of an error id: the only place that says it.</summary>
/// <param name="kind">What sort of thing went wrong.</param>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class ErrorKindAttribute(EtcdErrorKind kind) : Attribute
{
    public EtcdErrorKind Kind => kind;
}
