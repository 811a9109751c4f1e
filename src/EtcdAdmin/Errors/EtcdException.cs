namespace EtcdAdmin.Errors;

/// <summary>Every failure that the core reports: a stable id, a kind, the target, and what to do next.</summary>
/// <remarks>Programming errors in calls of the library (null, out of range) stay <see cref="ArgumentException"/>. Messages say what was tried, on
/// which target and with what result; they never contain keys, values, passwords or tokens.</remarks>
public class EtcdException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="errorId">One of <see cref="EtcdErrorIds"/>; never changed once published.</param>
    /// <param name="message">What was tried, on which target, and with what result.</param>
    /// <param name="innerException">The exception that caused this one, if any.</param>
    public EtcdException(string errorId, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(errorId);
        ErrorId = errorId;
        Kind = EtcdErrorKinds.Of(errorId);
    }

    /// <summary>The stable id of this error, one of <see cref="EtcdErrorIds"/>.</summary>
    public string ErrorId { get; }

    /// <summary>The sort of failure. It is looked up by the id, so that the two cannot differ.</summary>
    public EtcdErrorKind Kind { get; }

    /// <summary>The target: an endpoint, a member, a path, a key; null if the error is about the call as a whole.</summary>
    public object? Target { get; init; }

    /// <summary>What the operator does next, in one sentence; null if the message is enough.</summary>
    public string? NextStep { get; init; }
}
