using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Remote;

namespace EtcdAdmin.Schedules;

/// <summary>A place in an S3-compatible store, as the hosts are told of it.</summary>
/// <param name="Name"><c>s3://bucket/prefix/</c>; below it, snapshots keep their names.</param>
/// <param name="Url">The same for curl, in the style that the store wants, with a slash at its end.</param>
/// <param name="Region">What requests are signed for.</param>
/// <param name="Keys">The keys, as <c>s3_read_keys</c> reads them; a secret.</param>
internal sealed partial record ScheduleStore(string Name, string Url, string Region, string Keys)
{
    /// <summary>What a schedule says of a store; null where it has none.</summary>
    /// <exception cref="EtcdException">SpecInvalid: keys are missing, or hosts could not be told. InvalidArgument: nobody knows the region.</exception>
    public static ScheduleStore? Of(SnapshotSchedule schedule)
    {
        if (schedule.Store is not { } place)
        {
            return schedule.StoreOptions == new S3Options() ? null : throw Invalid("it is not said where", "Give -S3Destination too, or none of -S3Endpoint, -S3Region and -S3Credential.");
        }

        place = place with { Key = place.IsPrefix ? place.Key : place.Key + "/" };
        if (!AllowedPlace().IsMatch(place.ToString()) || place.Key.Split('/').Any(part => part is "." or ".."))
        {
            throw Invalid(
                $"on hosts, buckets and prefixes are of letters, digits, '.', '_', '-', and '{place}' is not",
                "Choose another prefix, or let another machine copy (Copy-EtcdSnapshot), which takes any.");
        }

        // Those of the operator's own environment are not given to hosts unasked.
        if (schedule.StoreOptions.Credential is not { UserName.Length: > 0, Password.Length: > 0 } keys)
            throw Invalid($"for {place} the hosts need keys", "Give -S3Credential, with the access key as user name and the secret key as password.");
        if (!AllowedAccessKey().IsMatch(keys.UserName) || keys.Password.Any(char.IsControl))
            throw Invalid("keys have no control characters in them, and an access key neither spaces nor any of , / \" \\", "See whether the access key is the user name of -S3Credential, and the secret key its password.");
        using var store = new S3Store(place, schedule.StoreOptions);
        (string url, string region) = store.Address;
        url += place.Key;
        if (!AllowedUrl().IsMatch(url) || !AllowedRegion().IsMatch(region))
        {
            throw Invalid(
                $"on hosts, a store's address and region are of ASCII letters, digits, '.', '_', '-', and those of {place} are not",
                "Give -S3Endpoint as scheme, name and port, for instance https://minio.example:9000, and -S3Region as the store calls it.");
        }

        return new ScheduleStore(place.ToString(), url, region, $"access_key={keys.UserName}\nsecret_key={keys.Password}\n");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static EtcdException Invalid(string reason, string next) =>
        new(EtcdErrorIds.SpecInvalid, $"The hosts cannot copy to a store like that: {reason}.") { NextStep = next };

    [GeneratedRegex(@"\As3://[A-Za-z0-9._-]+/([A-Za-z0-9._-]+/)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedPlace();

    // What is signed is what stands here, so curl must have nothing to decode, complete or leave out of it.
    [GeneratedRegex(@"\Ahttps?://([A-Za-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?/([A-Za-z0-9._-]+/)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedUrl();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedRegion();

    // It stands in a header, of which commas and slashes are parts, and that in quotes (curl(1), -K).
    [GeneratedRegex(@"\A[!-~-["",/\\]]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedAccessKey();
}
