using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using Amazon.S3.Model;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>A bucket of an S3-compatible store, or a prefix in a bucket.</summary>
/// <remarks>
/// Requests are signed with Signature Version 4 over the SHA-256 of the content, so the store refuses content that was changed on the way. Only
/// features
/// that MinIO and Ceph support are used: no trailing checksums, no chunked signatures.
/// </remarks>
internal sealed class S3Store : IRemoteStore
{
    /// <summary>The name of the metadata with a file's hash.</summary>
    public const string Sha256Name = "sha256";

    private readonly S3Location _place;
    private readonly AmazonS3Client _client;
    private readonly S3Errors _errors;
    private readonly long _partSize;

    public S3Store(S3Location place, S3Options options)
    {
        _place = place;
        _errors = new S3Errors(place);
        _partSize = options.PartSize;
        AmazonS3Config config = Located(() => Configure(options));
        AWSCredentials keys = options.Credential is { } known ? new BasicAWSCredentials(known.UserName, known.Password) : FindKeys(config);
        _client = Located(() => new AmazonS3Client(keys, config));
    }

    public string Name => _place.ToString();

    /// <summary>
    /// The bucket's URL with a slash at its end, and the region that requests are signed for. Needed by clients other than this library.
    /// </summary>
    /// <exception cref="EtcdException">InvalidArgument: the endpoint is not valid.</exception>
    public (string Url, string Region) Address
    {
        get
        {
            string url = Located(() => _client.DetermineServiceOperationEndpoint(new PutObjectRequest { BucketName = _place.Bucket }).URL);
            return (url.TrimEnd('/') + "/", _client.Config.AuthenticationRegion ?? _client.Config.RegionEndpoint.SystemName);
        }
    }

    public void Dispose() => _client.Dispose();

    public Task<RemoteObject?> FindAsync(string name, CancellationToken cancellationToken) => _errors.GuardAsync(name, async () =>
    {
        try
        {
            GetObjectMetadataResponse found = await _client.GetObjectMetadataAsync(_place.Bucket, Key(name), cancellationToken).ConfigureAwait(false);
            return new RemoteObject(name, found.ContentLength) { Sha256 = found.Metadata[Sha256Name] };
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    });

    public async IAsyncEnumerable<RemoteObject> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _place.Bucket, Prefix = _place.Key };
        do
        {
            ListObjectsV2Response page = await _errors.GuardAsync("", () => _client.ListObjectsV2Async(request, cancellationToken)).ConfigureAwait(
                false);
            foreach (S3Object found in page.S3Objects ?? [])
            {
                string name = found.Key[_place.Key.Length..].TrimStart('/');
                if (name.Length > 0) yield return new RemoteObject(name, found.Size ?? 0);
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    public async Task UploadAsync(string path, string name, string sha256, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        SentFile file = SentFile.Open(path, _partSize);
        await using (file.ConfigureAwait(false))
        {
            if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } found)
            {
                if (!IsSame(found, file.Size, sha256)) throw _errors.Exists(name);
                return;
            }

            try
            {
                await (file.Size <= _partSize
                    ? PutAsync(file, name, sha256, progress, cancellationToken)
                    : new S3MultipartUpload(_client, _errors, _place, name, _partSize).RunAsync(
                        file, sha256, progress, cancellationToken)).ConfigureAwait(false);
            }
            catch (EtcdException e) when (e.ErrorId is EtcdErrorIds.FileExists or EtcdErrorIds.SnapshotNotFound)
            {
                // If the response to a successful request is lost, the repeated request is refused.
                if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } now || !IsSame(now, file.Size, sha256)) throw;
            }
        }
    }

    public async Task DownloadAsync(string name, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        // Errors of the disk are not errors of the store; the owner of the destination reports them.
        using GetObjectResponse found =
            await _errors.GuardAsync(name, () => _client.GetObjectAsync(_place.Bucket, Key(name), cancellationToken)).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 20];
        long done = 0;
        for (int read; (read =
            await _errors.GuardAsync(name, () => found.ResponseStream.ReadAsync(buffer, cancellationToken).AsTask()).ConfigureAwait(false)) > 0;)
        {
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            progress?.Report(done += read);
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        _errors.GuardAsync(name, () => _client.DeleteObjectAsync(_place.Bucket, Key(name), cancellationToken));

    private static bool IsSame(RemoteObject found, long size, string sha256) => found.Size == size && found.Sha256 == sha256;

    private async Task PutAsync(SentFile file, string name, string sha256, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using MemoryStream content = await file.ReadAsync(cancellationToken).ConfigureAwait(false);
        file.Require(sha256);
        var request = new PutObjectRequest
        {
            BucketName = _place.Bucket,
            Key = Key(name),
            InputStream = content,
            UseChunkEncoding = false,
            IfNoneMatch = "*", // for two uploads at the same time, the store decides
        };
        request.Metadata[Sha256Name] = sha256;
        request.StreamTransferProgress += (_, sent) => progress?.Report(sent.TransferredBytes);
        await _errors.GuardAsync(name, () => _client.PutObjectAsync(request, cancellationToken)).ConfigureAwait(false);
    }

    private string Key(string name) => _place.Combine(name).Key;

    private AWSCredentials FindKeys(AmazonS3Config config)
    {
        try
        {
            return DefaultAWSCredentialsIdentityResolver.GetCredentials(config);
        }
        catch (AmazonClientException e)
        {
            throw new EtcdException(
                EtcdErrorIds.AuthFailed, $"No S3 access keys were found for {_place}: none in the environment, none in a profile, "
                + "and this machine has no IAM role.", e)
            {
                Target = Name,
                NextStep = "Supply -S3Credential, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or set AWS_PROFILE to a profile.",
            };
        }
    }

    private static AmazonS3Config Configure(S3Options options)
    {
        var config = new AmazonS3Config
        {
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = Timeout.InfiniteTimeSpan, // per part: a slow connection must not be an error; cancelling ends the part
        };
        if (options.Endpoint is { } endpoint)
        {
            if (EndpointUrl.HasZone(endpoint))
            {
                throw new EtcdException(EtcdErrorIds.InvalidArgument,
                    $"'{EndpointUrl.Show(endpoint)}' is a link-local address with a zone, which the S3 client does not support.")
                { Target = endpoint, NextStep = "Use the store's host name, or a global or unique local address." };
            }

            config.ServiceURL = endpoint.AbsoluteUri;
            config.ForcePathStyle = true; // such stores have no DNS names for buckets
            config.AuthenticationRegion = options.Region ?? "us-east-1";
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return config;
    }

    /// <summary>Translates the library's error for a missing or invalid endpoint or region.</summary>
    private T Located<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (AmazonClientException e)
        {
            throw new EtcdException(EtcdErrorIds.InvalidArgument, $"The S3 endpoint for {_place} could not be determined: {e.Message}", e)
            {
                Target = Name,
                NextStep = "Supply -S3Region or -S3Endpoint, or set AWS_REGION.",
            };
        }
    }
}
