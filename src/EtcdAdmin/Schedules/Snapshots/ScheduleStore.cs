using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Remote;

namespace EtcdAdmin.Schedules.Snapshots;

/// <summary>A place in an S3-compatible store, as hosts use it.</summary>
/// <param name="Name"><c>s3://bucket/prefix/</c>; snapshots keep their file names below it.</param>
/// <param name="Url">The same as a URL for curl, in the address style of the store, ending in a slash.</param>
/// <param name="Region">The region that requests are signed for.</param>
/// <param name="Keys">The keys, as <c>s3_read_keys</c> reads them; a secret.</param>
internal sealed partial record ScheduleStore(string Name, string Url, string Region, string Keys)
{
    /// <summary>The store of a schedule; null if it has none.</summary>
    /// <exception cref="EtcdException">
    /// SpecInvalid: keys are missing, or hosts cannot use the place. InvalidArgument: the region is not known.
    /// </exception>
    public static ScheduleStore? Of(SnapshotSchedule schedule)
    {
        if (schedule.Store is not { } place)
        {
            return schedule.StoreOptions == new S3Options() ? null : throw Invalid(
                "no place is given", "Supply -S3Destination too, or none of -S3Endpoint, -S3Region and -S3Credential.");
        }

        place = place with { Key = place.IsPrefix ? place.Key : place.Key + "/" };
        if (!AllowedPlace().IsMatch(place.ToString()) || place.Key.Split('/').Any(part => part is "." or ".."))
        {
            throw Invalid(
                $"on hosts, buckets and prefixes consist of letters, digits, '.', '_', '-', and '{place}' does not",
                "Choose another prefix, or copy from another machine (Copy-EtcdSnapshot), which accepts any prefix.");
        }

        // The operator's own environment may have keys. They are not given to hosts unless the operator supplies them.
        if (schedule.StoreOptions.Credential is not { UserName.Length: > 0, Password.Length: > 0 } keys)
            throw Invalid($"hosts need keys for {place}", "Supply -S3Credential, with the access key as user name and the secret key as password.");
        if (!AllowedAccessKey().IsMatch(keys.UserName) || keys.Password.Any(char.IsControl))
            throw Invalid(
                "keys must not have control characters, and an access key must not have spaces or any of , / \" \\",
                "Check that the access key is the user name of -S3Credential, and the secret key its password.");
        using var store = new S3Store(place, schedule.StoreOptions);
        (string url, string region) = store.Address;
        url += place.Key;
        if (!AllowedUrl().IsMatch(url) || !AllowedRegion().IsMatch(region))
        {
            throw Invalid(
                $"on hosts, a store's address and region consist of ASCII letters, digits, '.', '_', '-', and those of {place} do not",
                "Supply -S3Endpoint as scheme, name and port, for instance https://minio.example:9000, and -S3Region as the store names it.");
        }

        return new ScheduleStore(place.ToString(), url, region, $"access_key={keys.UserName}\nsecret_key={keys.Password}\n");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static EtcdException Invalid(string reason, string next) =>
        new(EtcdErrorIds.SpecInvalid, $"The hosts cannot copy to this store: {reason}.") { NextStep = next };

    [GeneratedRegex(@"\As3://[A-Za-z0-9._-]+/([A-Za-z0-9._-]+/)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedPlace();

    // The signature covers exactly this URL, so curl must not decode, complete or remove any part of it.
    [GeneratedRegex(@"\Ahttps?://([A-Za-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?/([A-Za-z0-9._-]+/)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedUrl();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedRegion();

    // It is part of a header, where commas and slashes are separators, inside quotes (curl(1), -K).
    [GeneratedRegex(@"\A[!-~-["",/\\]]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedAccessKey();
}
