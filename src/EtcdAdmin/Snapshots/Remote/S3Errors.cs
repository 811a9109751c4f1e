using System.Globalization;
using System.Net;
using System.Xml;
using Amazon.Runtime;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>Translates errors of an S3-compatible store into errors of this library.</summary>
internal sealed class S3Errors(S3Location place)
{
    /// <summary>Runs a call and translates its error.</summary>
    /// <exception cref="EtcdException">FileExists, SnapshotNotFound, PermissionDenied, TransferFailed.</exception>
    public async Task<T> GuardAsync<T>(string name, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (AmazonServiceException e)
        {
            throw Translate(name, e);
        }
        catch (Exception e) when (e is AmazonClientException or HttpRequestException or IOException or WebException or XmlException)
        {
            throw Failed(name, e);
        }
    }

    private EtcdException Translate(string name, AmazonServiceException error) => error.StatusCode switch
    {
        HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict => Exists(name, error),
        HttpStatusCode.NotFound => new(EtcdErrorIds.SnapshotNotFound, $"{place.Combine(name)} does not exist: {error.Message}", error)
        {
            Target = place.Combine(name).ToString(),
            NextStep = "Check the store (-S3Endpoint, -S3Region), the bucket, and the name of the object.",
        },
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => new(EtcdErrorIds.PermissionDenied,
            string.Create(CultureInfo.InvariantCulture, $"The store refuses access to {place.Combine(name)}: {error.ErrorCode}, {error.Message}"),
                error)
        {
            Target = place.Combine(name).ToString(),
            NextStep = "Check which keys are used (-S3Credential, AWS_ACCESS_KEY_ID, AWS_PROFILE), their permissions, and the clock of this machine.",
        },
        _ => Failed(name, error),
    };

    /// <summary>The error for a name that another object already has.</summary>
    public EtcdException Exists(string name, Exception? cause = null) =>
        new(EtcdErrorIds.FileExists, $"{place.Combine(name)} already exists.", cause)
        {
            Target = place.Combine(name).ToString(),
            NextStep = "Choose another name. Existing objects are never overwritten.",
        };

    private EtcdException Failed(string name, Exception cause) =>
        new(EtcdErrorIds.TransferFailed, $"{place.Combine(name)} could not be reached: {Reason(cause)}", cause)
        {
            Target = place.Combine(name).ToString(),
            NextStep = "Run the same command again. An object appears under its name only when it is complete.",
        };

    // The library wraps the network's error, and its own text says less.
    private static string Reason(Exception cause) =>
        cause.InnerException is { } inner && cause is not AmazonServiceException { ErrorCode: not null }
        ? $"{cause.Message} {inner.Message}"
        : cause.Message;
}
