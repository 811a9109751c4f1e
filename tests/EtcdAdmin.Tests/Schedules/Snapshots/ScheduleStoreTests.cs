using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Snapshots.Remote;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>What hosts are told of a store.</summary>
public sealed class ScheduleStoreTests
{
    private static readonly EtcdCredential Keys = new("AKID", "se\"c\\ret");

    [Theory]
    [InlineData("s3://backups/etcd/prod/", "https://minio.example:9000", null, "https://minio.example:9000/backups/etcd/prod/", "us-east-1")]
    [InlineData("s3://backups/etcd/prod", "http://127.0.0.1:9000/", "eu", "http://127.0.0.1:9000/backups/etcd/prod/", "eu")]
    [InlineData("s3://backups/", "https://Minio.example:443", null, "https://minio.example/backups/", "us-east-1")] // as curl says it in Host
    [InlineData("s3://backups/", "http://[::1]:9000", null, "http://[::1]:9000/backups/", "us-east-1")]
    [InlineData("s3://backups", "https://gateway.example/s3", null, "https://gateway.example/s3/backups/", "us-east-1")]
    [InlineData("s3://backups/etcd/", null, "eu-central-1", "https://backups.s3.eu-central-1.amazonaws.com/etcd/", "eu-central-1")]
    [InlineData("s3://my.backups/", null, "eu-central-1", "https://s3.eu-central-1.amazonaws.com/my.backups/",
    "eu-central-1")] // certificates know no dots there
    public void Of_AnyStore_IsWhereCopyPutsIt(string place, string? endpoint, string? region, string url, string signedFor)
    {
        ScheduleStore store = ScheduleStore.Of(Schedule(place, endpoint, region, Keys))!; // there is a place

        Assert.Equal((url, signedFor), (store.Url, store.Region));
        Assert.Equal("access_key=AKID\nsecret_key=se\"c\\ret\n", store.Keys);
        Assert.DoesNotContain("ret", $"{store}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://backups/my folder/", "AKID", "secret")]
    [InlineData("s3://backups/../other/", "AKID", "secret")]
    [InlineData("s3://backups//x/", "AKID", "secret")]
    [InlineData("s3://backups/'x/", "AKID", "secret")]
    [InlineData("s3://backups/", "AK/ID", "secret")]
    [InlineData("s3://backups/", "AK\"ID", "secret")]
    [InlineData("s3://backups/", "AK ID", "secret")]
    [InlineData("s3://backups/", "AKID\n", "secret")]
    [InlineData("s3://backups/", "AKID", "sec\nret")]
    [InlineData("s3://backups/", "AKID", "")]
    [InlineData("s3://backups/", null, null)]
    [InlineData(null, "AKID", "secret")]
    public void Of_WhatCannotBeTold_IsRefusedWithoutTheSecret(string? place, string? access, string? secret)
    {
        EtcdCredential? keys = access is null ? null : new EtcdCredential(access, secret!); // they come together

        var error = Assert.Throws<EtcdException>(() => ScheduleStore.Of(Schedule(place, "http://127.0.0.1:9000", null, keys)));

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.NotNull(error.NextStep);
        Assert.DoesNotContain("ret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://minio.example/b\u00fcro", "eu", EtcdErrorIds.SpecInvalid)]
    [InlineData("https://b\u00fcro.example/", "eu", EtcdErrorIds.SpecInvalid)]
    [InlineData("https://minio.example/?x=y", "eu", EtcdErrorIds.InvalidArgument)]
    [InlineData("https://minio.example", "eu\"", EtcdErrorIds.InvalidArgument)]
    public void Of_AddressOrRegionThatCannotBeSigned_IsRefused(string endpoint, string region, string id)
    {
        var error = Assert.Throws<EtcdException>(() => ScheduleStore.Of(Schedule("s3://backups/", endpoint, region, Keys)));

        Assert.Equal(id, error.ErrorId);
        Assert.NotNull(error.NextStep);
    }

    [Fact]
    public void Of_NoStore_IsNone() => Assert.Null(ScheduleStore.Of(new SnapshotSchedule { Times = ScheduleTimes.Every(TimeSpan.FromHours(1)) }));

    private static SnapshotSchedule Schedule(string? place, string? endpoint, string? region, EtcdCredential? keys) => new()
    {
        Times = ScheduleTimes.Every(TimeSpan.FromHours(1)),
        Store = place is not null && S3Location.TryParse(place, out S3Location? parsed) ? parsed : null,
        StoreOptions = new S3Options { Endpoint = endpoint is null ? null : new Uri(endpoint), Region = region, Credential = keys },
    };
}
