using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>Uploads a file in parts. The object appears only after the last part.</summary>
internal sealed class S3MultipartUpload(AmazonS3Client client, S3Errors errors, S3Location place, string name, long partSize)
{
    private readonly string _key = place.Combine(name).Key;

    /// <summary>Uploads the file. If the upload fails, its parts are deleted.</summary>
    /// <exception cref="EtcdException">FileExists, PermissionDenied, TransferFailed, ChecksumMismatch, SnapshotUnreadable.</exception>
    public async Task RunAsync(SentFile file, string sha256, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = place.Bucket, Key = _key };
        begin.Metadata[S3Store.Sha256Name] = sha256;
        string upload =
            (await errors.GuardAsync(name, () => client.InitiateMultipartUploadAsync(begin, cancellationToken)).ConfigureAwait(false)).UploadId;
        try
        {
            var end = new CompleteMultipartUploadRequest { BucketName = place.Bucket, Key = _key, UploadId = upload, IfNoneMatch = "*" };
            for (long done = 0; done < file.Size;)
            {
                using MemoryStream content = await file.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (content.Length == 0) break; // the file became shorter; the hash will not match
                long before = done;
                var part = new UploadPartRequest
                {
                    BucketName = place.Bucket,
                    Key = _key,
                    UploadId = upload,
                    PartNumber = (int)(done / partSize) + 1,
                    InputStream = content,
                    PartSize = content.Length,
                    UseChunkEncoding = false,
                };
                done += content.Length;
                part.StreamTransferProgress += (_, sent) => progress?.Report(before + sent.TransferredBytes);
                end.AddPartETags(await errors.GuardAsync(name, () => client.UploadPartAsync(part, cancellationToken)).ConfigureAwait(false));
            }

            file.Require(sha256);
            await errors.GuardAsync(name, () => client.CompleteMultipartUploadAsync(end, cancellationToken)).ConfigureAwait(false);
        }
        catch
        {
            // Parts of an unfinished upload are invisible and cost money. So even a cancelled upload gets a moment to delete them.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await AbortAsync(upload, limit.Token).ConfigureAwait(false);
            throw;
        }
    }

    private async Task AbortAsync(string upload, CancellationToken cancellationToken)
    {
        try
        {
            await client.AbortMultipartUploadAsync(place.Bucket, _key, upload, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException or OperationCanceledException)
        {
            // The first error is the one to report. A lifecycle rule of the bucket can delete such parts.
        }
    }
}
