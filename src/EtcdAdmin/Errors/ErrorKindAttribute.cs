namespace EtcdAdmin.Errors;

/// <summary>The kind of an error id. Each id states its kind here and nowhere else.</summary>
/// <param name="kind">The sort of failure.</param>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class ErrorKindAttribute(EtcdErrorKind kind) : Attribute
{
    public EtcdErrorKind Kind => kind;
}
