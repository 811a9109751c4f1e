using System.Globalization;
using System.Net;
using System.Xml;
using Amazon.Runtime;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>What goes wrong with a place in an S3-compatible store, in words for operators.</summary>
internal sealed class S3Errors(S3Location place)
{
    /// <summary>What a call comes to; its failure as an error of this project.</summary>
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
        HttpStatusCode.NotFound => new(EtcdErrorIds.SnapshotNotFound, $"There is no {place.Combine(name)}: {error.Message}", error)
        {
            Target = place.Combine(name).ToString(),
            NextStep = "See whether the bucket is there, under this name and at this store (-S3Endpoint, -S3Region), and the name in it.",
        },
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => new(EtcdErrorIds.PermissionDenied,
            string.Create(CultureInfo.InvariantCulture, $"The store refuses access to {place.Combine(name)}: {error.ErrorCode}, {error.Message}"), error)
        {
            Target = place.Combine(name).ToString(),
            NextStep = "See whose keys are used (-S3Credential, AWS_ACCESS_KEY_ID, AWS_PROFILE), what they may do, and that the clocks agree.",
        },
        _ => Failed(name, error),
    };

    /// <summary>Something else has that name.</summary>
    public EtcdException Exists(string name, Exception? cause = null) =>
        new(EtcdErrorIds.FileExists, $"{place.Combine(name)} exists already.", cause)
        {
            Target = place.Combine(name).ToString(),
            NextStep = "Choose another place; what is in a store is never overwritten.",
        };

    private EtcdException Failed(string name, Exception cause) =>
        new(EtcdErrorIds.TransferFailed, $"{place.Combine(name)} could not be reached: {Reason(cause)}", cause)
        {
            Target = place.Combine(name).ToString(),
            NextStep = "Nothing appears under a name before it is whole; run the same command again.",
        };

    // The library wraps what the network said, and says less itself.
    private static string Reason(Exception cause) => cause.InnerException is { } inner && cause is not AmazonServiceException { ErrorCode: not null } ? $"{cause.Message} {inner.Message}" : cause.Message;
}
