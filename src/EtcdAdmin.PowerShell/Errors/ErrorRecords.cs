using System.Management.Automation;
using EtcdAdmin.Errors;

namespace EtcdAdmin.PowerShell.Errors;

/// <summary>Converts exceptions into error records. No other type does.</summary>
public static class ErrorRecords
{
    /// <summary>
    /// True for errors that an operator can act on: errors of the core, invalid arguments and paths, and collections of these.
    /// </summary>
    /// <remarks>All other exceptions are defects or come from PowerShell itself, and must not become one record among
    /// many.</remarks>
    public static bool Covers(Exception exception) => exception switch
    {
        EtcdException or ArgumentException or SessionStateException => true,
        AggregateException many => many.InnerExceptions.Count > 0 && many.InnerExceptions.All(Covers),
        _ => false,
    };

    /// <summary>The error records of an exception: one, or one for each exception in a collection.</summary>
    /// <exception cref="ArgumentException"><see cref="Covers"/> is false for the exception.</exception>
    public static IReadOnlyList<ErrorRecord> From(Exception exception) => exception switch
    {
        EtcdException error => [FromError(error)],
        ArgumentException error => [FromArgument(error)],
        SessionStateException error => [error.ErrorRecord],
        AggregateException many => [.. many.InnerExceptions.SelectMany(From)],
        _ => throw new ArgumentException($"{exception?.GetType().Name ?? "null"} is not an error to report.", nameof(exception), exception),
    };

    private static ErrorRecord FromArgument(ArgumentException error)
    {
        var record = new ErrorRecord(error, EtcdErrorIds.InvalidArgument, ErrorCategory.InvalidArgument, error.ParamName);
        // .NET adds the parameter name of a method, which means nothing to an operator.
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
