using System.Management.Automation;
using EtcdAdmin.Errors;

namespace EtcdAdmin.PowerShell.Errors;

/// <summary>Turns exceptions into error records; the only place that does.</summary>
public static class ErrorRecords
{
    /// <summary>True for what an operator can act on: errors of the core, bad arguments and paths, and collections of those.</summary>
    /// <remarks>Everything else is a defect or comes from PowerShell itself, and must not become one record among many.</remarks>
    public static bool Covers(Exception exception) => exception switch
    {
        EtcdException or ArgumentException or SessionStateException => true,
        AggregateException many => many.InnerExceptions.Count > 0 && many.InnerExceptions.All(Covers),
        _ => false,
    };

    /// <summary>The records for an exception: one, or one for each that a collection holds.</summary>
    /// <exception cref="ArgumentException">The exception is not one of those that <see cref="Covers"/> names.</exception>
    public static IReadOnlyList<ErrorRecord> From(Exception exception) => exception switch
    {
        EtcdException error => [FromError(error)],
        ArgumentException error => [FromArgument(error)],
        SessionStateException error => [error.ErrorRecord],
        AggregateException many => [.. many.InnerExceptions.SelectMany(From)],
        _ => throw new ArgumentException($"{exception?.GetType().Name ?? "null"} is no error to report.", nameof(exception), exception),
    };

    private static ErrorRecord FromArgument(ArgumentException error)
    {
        var record = new ErrorRecord(error, EtcdErrorIds.InvalidArgument, ErrorCategory.InvalidArgument, error.ParamName);
        // .NET adds the name of a parameter, of a method that no operator has heard of.
        int end = error.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        if (end > 0) record.ErrorDetails = new ErrorDetails(error.Message[..end]);
        return record;
    }

    private static ErrorRecord FromError(EtcdException error)
    {
        var record = new ErrorRecord(error, error.ErrorId, CategoryOf(error.Kind), error.Target);
        if (error.NextStep is not null) record.ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = error.NextStep };
        return record;
    }

    /// <summary>PowerShell's category for a kind.</summary>
    internal static ErrorCategory CategoryOf(EtcdErrorKind kind) => kind switch
    {
        EtcdErrorKind.InvalidInput => ErrorCategory.InvalidArgument,
        EtcdErrorKind.InvalidData => ErrorCategory.InvalidData,
        EtcdErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        EtcdErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        EtcdErrorKind.Connection => ErrorCategory.ConnectionError,
        EtcdErrorKind.Timeout => ErrorCategory.OperationTimeout,
        EtcdErrorKind.Unavailable => ErrorCategory.ResourceUnavailable,
        EtcdErrorKind.Security => ErrorCategory.SecurityError,
        EtcdErrorKind.Authentication => ErrorCategory.AuthenticationError,
        EtcdErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        EtcdErrorKind.QuotaExceeded => ErrorCategory.QuotaExceeded,
        EtcdErrorKind.InvalidOperation => ErrorCategory.InvalidOperation,
        EtcdErrorKind.HostOperation => ErrorCategory.OperationStopped,
        EtcdErrorKind.NotSupported => ErrorCategory.NotImplemented,
        _ => ErrorCategory.NotSpecified,
    };
}
