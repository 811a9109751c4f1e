namespace EtcdAdmin.Errors;

/// <summary>Every failure the core reports: a stable id, a kind, the thing concerned, and what to do next.</summary>
/// <remarks>
/// Mistakes in calling the library (null, out of range) stay <see cref="ArgumentException"/>. Messages say what was tried, on
/// whom and what came back; they never hold keys, values, passwords or tokens.
/// </remarks>
public class EtcdException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="errorId">One of <see cref="EtcdErrorIds"/>; never reworded once published.</param>
    /// <param name="message">What was tried, on whom, and what came back.</param>
    /// <param name="innerException">The cause, if another exception is one.</param>
    public EtcdException(string errorId, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(errorId);
        ErrorId = errorId;
        Kind = EtcdErrorKinds.Of(errorId);
    }

    /// <summary>The stable name of this meaning, one of <see cref="EtcdErrorIds"/>.</summary>
    public string ErrorId { get; }

    /// <summary>What sort of thing went wrong; the id says it, so that the two cannot differ.</summary>
    public EtcdErrorKind Kind { get; }

    /// <summary>The thing concerned: an endpoint, a member, a path, a key; null where the whole call is meant.</summary>
    public object? Target { get; init; }

    /// <summary>What the operator does next, one sentence; null where the message says all there is.</summary>
    public string? NextStep { get; init; }
}
